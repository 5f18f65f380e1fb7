import { useTranslation } from 'react-i18next';
import type { Comparison } from '../../api/agreement';
import { useFormat } from '../../ui/format';
import { Card } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { estimated } from './figures';
import { Points } from './marks';

/** Who gives more and who gives less than the others on the same calls. */
export function Inspectors({ found }: { found: Comparison }) {
  const { t } = useTranslation();
  const format = useFormat();
  const named = (id: string) => found.inspectors.find((one) => one.id === id)?.name ?? id;
  const raters = found.total?.per_rater ?? [];
  if (!raters.length) return null;
  const beside = raters.some((rater) => rater.against === 'reference');
  return (
    <Card className="agreement-inspectors" title={t('agreement.inspectors')}>
      <Table
        heads={[
          t('evaluation.inspector'),
          { text: t('agreement.judged'), className: 'num' },
          { text: t('agreement.leniency'), className: 'num' },
          { text: t(beside ? 'agreement.beside_reference' : 'agreement.beside_others'), className: 'num' },
        ]}
      >
        {raters.map((rater) => (
          <tr key={rater.rater}>
            <td>{named(rater.rater)}</td>
            <td className="num">{format.count(rater.ratings)}</td>
            <td className="num">
              <Points of={estimated(rater.leniency, rater.absent.leniency)} />
            </td>
            <td className="num">
              <Points of={estimated(rater.difference, rater.absent.difference)} />
            </td>
          </tr>
        ))}
      </Table>
      <p className="quiet">{t('agreement.leniency_about')}</p>
    </Card>
  );
}
