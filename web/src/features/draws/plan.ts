import dayjs from 'dayjs';
import type { DrawPlan, Strata } from '../../api/draws';
import { bounds, type Period } from '../../filter';

export const PERIOD: Period = '7d';
/** Before any call. */
const FIRST_DAY = '2000-01-01';

/** What stands in the form; numbers are none while their field is empty. */
export type Wish = {
  project: string;
  period?: string;
  from?: string;
  to?: string;
  direction?: string;
  teams: string[];
  agents: string[];
  rules: string[];
  /** Calls are at least so long. */
  seconds: number | null;
  strata: Strata;
  by: 'count' | 'share';
  count: number | null;
  /** Of a hundred. */
  percent: number | null;
  minimum: number | null;
  guidance: number;
  card?: string;
  listeners: number;
  /** All who are chosen hear each call, to calibrate: `listeners` is not asked then. */
  everybody: boolean;
  inspectors: string[];
  /** The last day. */
  due?: string;
  reason: string;
};

export const BLANK: Wish = {
  project: '',
  teams: [],
  agents: [],
  rules: [],
  seconds: null,
  strata: 'agent',
  by: 'count',
  count: 20,
  percent: 5,
  minimum: 1,
  guidance: 0,
  listeners: 1,
  everybody: false,
  inspectors: [],
  reason: '',
};

/** What belongs to one project: another begins without it. */
export const OF_PROJECT = { teams: [], agents: [], rules: [], seconds: null, inspectors: [] } satisfies Partial<Wish>;

/** How many of the further conditions are set. */
export const furtherOf = ({ teams, agents, rules, seconds }: Wish): number =>
  [teams.length, agents.length, rules.length, seconds].filter(Boolean).length;

/** In the server's measure; none while nothing is asked for. */
export const leastMs = ({ seconds }: Wish): number | null => (seconds ? Math.round(seconds * 1000) : null);

/** How many hear each call: a calibration is of two at least. */
export const heardBy = ({ everybody, listeners }: Wish, chosen: number): number =>
  everybody ? Math.max(2, chosen) : listeners;

/** The same in the words of the server; none while something is missing. */
export function planOf(wish: Wish, card: string | undefined, today: string): DrawPlan | null {
  const size = wish.by === 'count' ? wish.count : wish.percent;
  if (!wish.project || !card || !size) return null;
  const after = (day: string) => dayjs(day).add(1, 'day').format('YYYY-MM-DD');
  const { from = FIRST_DAY, to = after(today) } = bounds(wish, PERIOD, today);
  return {
    project: wish.project,
    from,
    to,
    direction: wish.direction,
    teams: wish.teams,
    agents: wish.agents,
    rules: wish.rules,
    min_duration_ms: leastMs(wish) ?? undefined,
    strata: wish.strata,
    ...(wish.by === 'count' ? { count: size } : { share: size / 100 }),
    minimum: wish.strata === 'none' ? 0 : (wish.minimum ?? 0),
    guidance: wish.guidance,
    card,
    listeners: heardBy(wish, wish.inspectors.length),
    inspectors: wish.inspectors,
    // A day is over when the next begins.
    due: wish.due && after(wish.due),
    reason: wish.reason.trim() || undefined,
  };
}

/** What of a plan decides what it comes to. */
export function laidBy(plan: DrawPlan | null): DrawPlan | null {
  return plan && { ...plan, inspectors: [], due: undefined, reason: undefined };
}
