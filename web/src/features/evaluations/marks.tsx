import { useTranslation } from 'react-i18next';
import type { Stage } from '../../api/evaluations';
import { figure, standing } from '../../ui/format';

export function StageTag({ stage }: { stage: Stage }) {
  const { t } = useTranslation();
  return <span className={`state stage-${stage}`}>{t(`evaluation.stages.${stage}`)}</span>;
}

/** How a figure of a card stands: the more the better. */
export const stands = (value: number | null) => (value === null ? '' : `standing-${standing('compliance', value)}`);

export function Total({ total, fatal }: { total: number | null; fatal: number }) {
  const { t } = useTranslation();
  return (
    <>
      <span className={`score-cell ${stands(total)}`}>{figure(total)}</span>
      {fatal > 0 && (
        <>
          {' '}
          <span className="tag severity-fatal" title={t('evaluation.fatal_n', { n: fatal })}>
            {t('evaluation.fatal')}
            {fatal > 1 && ` ${fatal}`}
          </span>
        </>
      )}
    </>
  );
}
