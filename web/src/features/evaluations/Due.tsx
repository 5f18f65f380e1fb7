import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EvaluationRow } from '../../api/evaluations';
import { useFormat } from '../../ui/format';
import { minutesLeft } from '../evaluation/sheet';

const EVERY_MS = 30_000;
const SOON_MIN = 120;

/** Until when the agent has to have it, while it is not sent; the clock goes on by itself. */
export function Due({ row }: { row: Pick<EvaluationRow, 'due_at' | 'sent_at' | 'late'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [now, setNow] = useState(Date.now);
  const runs = row.sent_at === null;
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, [runs]);
  if (!runs) return row.late ? <span className="tag severity-fatal">{t('evaluation.was_late')}</span> : null;
  const left = minutesLeft(row.due_at, now);
  const span = format.span(Math.abs(left) * 60_000);
  return (
    <time
      dateTime={row.due_at}
      title={t('evaluation.due_at', { time: format.minute(row.due_at) })}
      className={`tag ${left <= 0 ? 'severity-fatal' : left < SOON_MIN ? 'severity-minor' : ''}`}
    >
      {t(left <= 0 ? 'evaluation.over' : 'evaluation.left', { span })}
    </time>
  );
}
