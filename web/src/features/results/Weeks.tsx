import { useTranslation } from 'react-i18next';
import type { Week } from '../../api/results';
import { score, useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { MeanOf } from './marks';

/** How it goes, and which weeks tell of more than chance. */
export function Weeks({ weeks }: { weeks: Week[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tenth = (value: number) => score(Math.round(value * 10) / 10);
  return (
    <Card title={t('agreement.weeks')} className="results-weeks">
      <Table
        heads={[
          t('agreement.week'),
          { text: 'n', className: 'num' },
          { text: t('results.mean'), className: 'num' },
          { text: t('results.limits'), className: 'num' },
          '',
        ]}
      >
        {weeks.map((week) => (
          <tr key={week.from}>
            <td className="nowrap">{week.from}</td>
            <td className="num">{format.count(week.count)}</td>
            <td className="num">
              <MeanOf of={week} />
            </td>
            <td className="num nowrap">
              {week.limits ? `${tenth(week.limits[0])} – ${tenth(week.limits[1])}` : <span className="none">–</span>}
            </td>
            <td>{week.signal && <span className="tag results-lower">{t(`results.${week.signal}`)}</span>}</td>
          </tr>
        ))}
      </Table>
      <p className="quiet">{t('results.limits_about')}</p>
    </Card>
  );
}
