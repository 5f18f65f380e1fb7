import { useTranslation } from 'react-i18next';
import type { Fault } from '../../api/results';
import { percent, useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';

/** The few questions that make the most faults. */
export function Faults({ faults }: { faults: Fault[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = faults[0]!.failed + faults[0]!.partly;
  return (
    <Card title={t('results.faults')} className="results-faults">
      <Table
        heads={[
          t('agreement.item'),
          t('results.count'),
          { text: t('results.failed'), className: 'num' },
          { text: t('results.partly'), className: 'num' },
          { text: t('results.of_judged'), className: 'num' },
          { text: t('results.cumulative'), className: 'num' },
        ]}
      >
        {faults.map((fault) => (
          <tr key={fault.id} data-item={fault.id}>
            <td>
              {format.title(fault.title, fault.id)}{' '}
              {fault.fatal && <span className="tag severity-fatal">{t('evaluation.fatal')}</span>}
            </td>
            <td>
              <span className="results-bar" aria-hidden="true">
                <i style={{ width: `${(100 * fault.failed) / most}%` }} />
                <i className="partly" style={{ width: `${(100 * fault.partly) / most}%` }} />
              </span>
            </td>
            <td className="num">{format.count(fault.failed)}</td>
            <td className="num">{format.count(fault.partly)}</td>
            <td className="num">{percent((fault.failed + fault.partly) / fault.judged, 0)}</td>
            <td className="num">{percent(fault.cumulative, 0)}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
