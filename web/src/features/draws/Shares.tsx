import { useTranslation } from 'react-i18next';
import type { Draw } from '../../api/draws';
import { useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { Bar } from './marks';
import { leftOf, NOBODY, sharesOf } from './seats';
import './draws.css';

/** How far each inspector is with a draw; after it was due, what is left is late. */
export function Shares({ draw: { items, late } }: { draw: Draw }) {
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
          late && { text: t('draws.late'), className: 'num' },
          '',
        ]}
      >
        {sharesOf(items).map((one) => (
          <tr key={one.id}>
            <td>{one.id === NOBODY ? <span className="quiet">{t('draws.nobody')}</span> : one.name}</td>
            <td className="num">{format.count(one.open)}</td>
            <td className="num">{format.count(one.draft)}</td>
            <td className="num">{format.count(one.done)}</td>
            {late && (
              <td className="num">
                {leftOf(one) > 0 ? <span className="tag severity-fatal">{format.count(leftOf(one))}</span> : 0}
              </td>
            )}
            <td>
              <Bar part={one.done} whole={one.open + one.draft + one.done} />
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
