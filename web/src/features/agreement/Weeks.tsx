import { useTranslation } from 'react-i18next';
import type { Comparison } from '../../api/agreement';
import { percent, useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { alphaOf } from './figures';
import { Coefficient } from './marks';

/** Whether it gets better. */
export function Weeks({ weeks }: { weeks: Comparison['weeks'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card className="agreement-weeks" title={t('agreement.weeks')}>
      <Table
        heads={[
          t('agreement.week'),
          { text: t('agreement.calls'), className: 'num' },
          { text: t('agreement.alike'), className: 'num' },
          { text: t('agreement.total_alpha'), className: 'num' },
        ]}
      >
        {weeks.map((week) => (
          <tr key={week.from}>
            <td className="nowrap">{week.from}</td>
            <td className="num">{format.count(week.calls)}</td>
            <td className="num">{week.alike === null ? <span className="none">–</span> : percent(week.alike, 0)}</td>
            <td className="num">
              <Coefficient of={alphaOf(week.total, 'interval')} />
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
