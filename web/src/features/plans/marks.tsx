import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Plan, Run } from '../../api/plans';
import './plans.css';

/** A day, or the first and the last of several: plain days of a project. */
export function Days({ of: { from, until } }: { of: { from: string; until: string } }) {
  return <span className="nowrap">{from === until ? from : `${from} – ${until}`}</span>;
}

export function Day({ day }: { day: string }) {
  return <span className="nowrap">{day}</span>;
}

/** Whether a plan draws. */
export function Standing({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const state = plan.ended_at ? 'ended' : plan.paused ? 'paused' : plan.next ? 'stands' : 'over';
  return <span className={`state plan-${state}`}>{t(`plans.states.${state}`)}</span>;
}

/** What became of a period, with the way to its draw. */
export function Became({ run }: { run: Run }) {
  const { t } = useTranslation();
  if (run.draw)
    return (
      <Link to="/draws/$id" params={{ id: run.draw }}>
        {t('plans.drawn_n', { n: run.drawn })}
      </Link>
    );
  return (
    <span className={run.outcome === 'no_calls' ? 'quiet' : 'plan-undrawn'}>{t(`plans.became.${run.outcome}`)}</span>
  );
}
