import { useTranslation } from 'react-i18next';
import type { DrawnItem } from '../../api/draws';
import { useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { Bar } from './marks';
import { NOBODY, sharesOf } from './seats';
import './draws.css';

/** How far each inspector is with a draw. */
export function Shares({ items }: { items: DrawnItem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card title={t('draws.shares')} className="draw-shares">
      <Table
        tall={false}
        heads={[
          t('draws.seats'),
          ...(['open', 'draft', 'done'] as const).map((state) => ({
            text: t(`draws.states.${state}`),
            className: 'num',
          })),
          '',
        ]}
      >
        {sharesOf(items).map((one) => (
          <tr key={one.id}>
            <td>{one.id === NOBODY ? <span className="quiet">{t('draws.nobody')}</span> : one.name}</td>
            <td className="num">{format.count(one.open)}</td>
            <td className="num">{format.count(one.draft)}</td>
            <td className="num">{format.count(one.done)}</td>
            <td>
              <Bar part={one.done} whole={one.open + one.draft + one.done} />
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
