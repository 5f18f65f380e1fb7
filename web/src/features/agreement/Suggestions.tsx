import { useTranslation } from 'react-i18next';
import type { ItemCompared } from '../../api/agreement';
import { percent, useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { kappaOf, precision, recall } from './figures';
import { Coefficient } from './marks';

/** What became of the machine's suggestions. */
export function Suggestions({ items }: { items: ItemCompared[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = (value: number | null) => (value === null ? <span className="none">–</span> : percent(value, 0));
  return (
    <Card className="agreement-machine" title={t('agreement.machine')}>
      <Table
        heads={[
          t('agreement.item'),
          ...['confirmed', 'changed', 'missed', 'quiet', 'taken', 'precision', 'recall'].map((word) => ({
            text: t(`agreement.${word}`),
            className: 'num',
          })),
          { text: 'κ', className: 'num' },
        ]}
      >
        {items.map(
          ({ id, title, machine }) =>
            machine && (
              <tr key={id}>
                <td>{format.title(title, id)}</td>
                <td className="num">{format.count(machine.confirmed)}</td>
                <td className="num">{format.count(machine.changed)}</td>
                <td className="num">{format.count(machine.missed)}</td>
                <td className="num">{format.count(machine.quiet)}</td>
                <td className="num">{format.count(machine.taken)}</td>
                <td className="num">{share(precision(machine))}</td>
                <td className="num">{share(recall(machine))}</td>
                <td className="num">
                  <Coefficient of={kappaOf(machine.agreement)} />
                </td>
              </tr>
            ),
        )}
      </Table>
      <p className="quiet">{t('agreement.machine_about')}</p>
    </Card>
  );
}
