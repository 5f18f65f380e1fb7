import dayjs from 'dayjs';
import type { DrawPlan } from '../../api/draws';
import type { Every, NewPlan, Plan, PlanTold } from '../../api/plans';
import { BLANK, heardBy, leastMs, type Wish } from '../draws/plan';

/** What stands in the form: a draw's wishes, and how often and how long. */
export type Standing = Wish & { name: string; every: Every; dueDays: number | null; until?: string; paused: boolean };

/** Three of each agent's calls a week. */
export const NEW: Standing = {
  ...BLANK,
  name: '',
  every: 'week',
  count: 1,
  minimum: 3,
  dueDays: 3,
  paused: false,
};

/** A plan as the form shows it. */
export function standingOf({ name, project, period, wishes, due_days, until, paused }: Plan): Standing {
  return {
    ...BLANK,
    name,
    every: period,
    dueDays: due_days,
    until: until ?? undefined,
    paused,
    project: project.id,
    direction: wishes.direction ?? undefined,
    teams: wishes.teams,
    agents: wishes.agents,
    rules: wishes.rules,
    seconds: wishes.min_duration_ms === null ? null : wishes.min_duration_ms / 1000,
    strata: wishes.strata,
    by: wishes.share === null ? 'count' : 'share',
    count: wishes.count ?? BLANK.count,
    percent: wishes.share === null ? BLANK.percent : Math.round(wishes.share * 1e6) / 1e4,
    minimum: wishes.minimum,
    guidance: wishes.guidance,
    card: wishes.card,
    listeners: wishes.listeners,
    // All of two are two: it is told as such.
    everybody: wishes.listeners > 2 && wishes.listeners === wishes.inspectors.length,
    inspectors: wishes.inspectors,
  };
}

/** The same in the words of the server; none while something is missing. `able`: who may judge; others are left out. */
export function toldOf(standing: Standing, card: string | undefined, able: string[] | undefined): PlanTold | null {
  const size = standing.by === 'count' ? standing.count : standing.percent;
  const name = standing.name.trim();
  const inspectors = standing.inspectors.filter((id) => able?.includes(id) ?? true);
  if (!name || !standing.project || !card || !size || !standing.dueDays) return null;
  return {
    name,
    wishes: {
      direction: standing.direction ?? null,
      teams: standing.teams,
      agents: standing.agents,
      rules: standing.rules,
      min_duration_ms: leastMs(standing),
      strata: standing.strata,
      count: standing.by === 'count' ? size : null,
      share: standing.by === 'share' ? size / 100 : null,
      minimum: standing.strata === 'none' ? 0 : (standing.minimum ?? 0),
      guidance: standing.guidance,
      card,
      listeners: heardBy(standing, inspectors.length),
      inspectors,
    },
    due_days: standing.dueDays,
    until: standing.until ?? null,
    paused: standing.paused,
  };
}

export const newPlan = (standing: Standing, told: PlanTold): NewPlan => ({
  ...told,
  project: standing.project,
  period: standing.every,
});

/** The last period that is over; `to` is the first day after. A week begins on Monday. */
export function lastPeriod(every: Every, today: string): { from: string; to: string } {
  const day = dayjs(today);
  const to = every === 'day' ? day : day.subtract((day.day() + 6) % 7, 'day');
  const text = (at: dayjs.Dayjs) => at.format('YYYY-MM-DD');
  return { from: text(to.subtract(every === 'day' ? 1 : 7, 'day')), to: text(to) };
}

/** What a draw of the last period would be by these wishes. */
export function trialOf(standing: Standing, told: PlanTold | null, today: string): DrawPlan | null {
  if (!told) return null;
  const { direction, count, share, min_duration_ms, ...wishes } = told.wishes;
  return {
    ...wishes,
    project: standing.project,
    ...lastPeriod(standing.every, today),
    ...(direction === null ? {} : { direction }),
    ...(min_duration_ms === null ? {} : { min_duration_ms }),
    ...(count === null ? {} : { count }),
    ...(share === null ? {} : { share }),
  };
}
