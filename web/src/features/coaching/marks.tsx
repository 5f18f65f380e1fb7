import { useTranslation } from 'react-i18next';
import type { CoachingRow, CoachingStage } from '../../api/coaching';
import { useFormat } from '../../ui/format';
import '../evaluations/evaluations.css';
import './coaching.css';

export function CoachingTag({ stage }: { stage: CoachingStage }) {
  const { t } = useTranslation();
  return <span className={`state coaching-${stage}`}>{t(`coaching.stages.${stage}`)}</span>;
}

/** Until when what was agreed is to be done, and once it is over what came of it. */
export function Until({ row }: { row: Pick<CoachingRow, 'due_at' | 'late' | 'effect'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (row.effect) return <>{t(`coaching.effects.${row.effect}`)}</>;
  if (!row.due_at) return <span className="none">–</span>;
  return (
    <>
      <time dateTime={row.due_at}>{format.minute(row.due_at)}</time>
      {row.late && <span className="tag severity-fatal">{t('coaching.late')}</span>}
    </>
  );
}
