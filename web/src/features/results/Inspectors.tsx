import { useTranslation } from 'react-i18next';
import type { Output } from '../../api/results';
import { percent, useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { MeanOf } from './marks';

/** What inspectors did, and what became of it. */
export function Inspectors({ inspectors }: { inspectors: Output[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card title={t('agreement.inspectors')} className="results-inspectors">
      <Table
        heads={[
          t('evaluation.inspector'),
          { text: t('results.evaluations'), className: 'num' },
          { text: t('results.mean'), className: 'num' },
          { text: t('results.sent'), className: 'num' },
          { text: t('results.in_time'), className: 'num' },
          { text: t('results.appealed'), className: 'num' },
          { text: t('results.changed'), className: 'num' },
        ]}
      >
        {inspectors.map((one) => (
          <tr key={one.id}>
            <td>{one.name}</td>
            <td className="num">{format.count(one.count)}</td>
            <td className="num">
              <MeanOf of={one} />
            </td>
            <td className="num">{format.count(one.sent)}</td>
            <td className="num">{one.sent ? percent(one.in_time / one.sent, 0) : <span className="none">–</span>}</td>
            <td className="num">{format.count(one.appealed)}</td>
            <td className="num">{format.count(one.changed)}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
