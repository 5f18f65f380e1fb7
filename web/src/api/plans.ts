import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { Laid, Strata } from './draws';
import type { Named, Page, Title } from './types';

export const EVERY = ['day', 'week'] as const;
export type Every = (typeof EVERY)[number];
export type Outcome = 'drawn' | 'no_calls' | 'bound' | 'rights' | 'card' | 'missed' | 'wrong';

/** What is wished for of each period. */
export type PlanWishes = {
  direction: string | null;
  teams: string[];
  agents: string[];
  rules: string[];
  min_duration_ms: number | null;
  strata: Strata;
  /** This, or `share`. */
  count: number | null;
  share: number | null;
  minimum: number;
  guidance: number;
  card: string;
  listeners: number;
  inspectors: string[];
};

/** Days are plain days of the project: 2026-11-23. */
type Days = { from: string; until: string };
export type Run = Days & {
  at: string;
  outcome: Outcome;
  draw: string | null;
  drawn: number;
  /** Why nothing was drawn, in the server's words. */
  reason: string | null;
  /** Who may judge calls of the project no longer. */
  left_out: string[];
  planned: Laid | null;
};

export type Plan = {
  id: string;
  name: string;
  project: Named;
  period: Every;
  wishes: PlanWishes;
  card: { id: string; title: Title };
  inspectors: Named[];
  due_days: number;
  from: string;
  until: string | null;
  paused: boolean;
  next: (Days & { at: string }) | null;
  last: Run | null;
  made_by: Named;
  made_at: string;
  changed_by: Named;
  changed_at: string;
  ended_at: string | null;
};

/** What may be changed of a plan. */
export type PlanTold = {
  name: string;
  wishes: PlanWishes;
  due_days: number;
  until: string | null;
  paused: boolean;
};
export type NewPlan = PlanTold & { project: string; period: Every };

const PAGE = 50;

export const plansQuery = (project: string | undefined) =>
  queryOptions({
    queryKey: ['plans', { project }],
    queryFn: ({ signal }) => api.get<Page<Plan>>('/sampling/plans', { project }, signal),
  });

/** With the mark by which a change is refused when somebody else was first. */
export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ['plan', id],
    queryFn: () => api.getMarked<Plan>(`/sampling/plans/${id}`),
  });

export const runsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['plan', id, 'runs'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Run>>(`/sampling/plans/${id}/runs`, { cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
