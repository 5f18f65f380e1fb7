import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { AgentName, Named, Page, Title } from './types';

export const STRATA = ['none', 'agent', 'team', 'queue', 'hour'] as const;
export type Strata = (typeof STRATA)[number];
export type WorkState = 'open' | 'draft' | 'done';
export type Why = 'all' | 'lot' | 'risk' | 'certain';
type Call = { id: string; external_id: string; at: string; duration_ms: number };
type CardName = { id: string; title: Title };

export type OwnWorkItem = {
  draw: string;
  conversation: Call;
  project: Named | null;
  agent: AgentName | null;
  card: CardName;
  state: WorkState;
  evaluation: string | null;
  due_at: string;
  late: boolean;
};
export type OwnWork = { items: OwnWorkItem[]; open: number; draft: number; done: number; late: number };

/** What is to be drawn: `to` is the first moment after. */
export type DrawPlan = {
  project: string;
  from: string;
  to: string;
  direction?: string;
  teams?: string[];
  agents?: string[];
  /** Of which one hit. */
  rules?: string[];
  min_duration_ms?: number;
  strata: Strata;
  /** This, or `share`. */
  count?: number;
  share?: number;
  minimum: number;
  guidance: number;
  card: string;
  listeners: number;
  inspectors: string[];
  due?: string;
  reason?: string;
};

export type Stratum = { id: string; name: string; population: number; drawn: number };
export type Broken = {
  bound: { category: string; direction?: string; low?: number; high?: number };
  drawn: number;
  eligible: number;
  fewest: number;
  most: number;
};
/** What a plan comes to. */
export type Laid = {
  population: number;
  already: number;
  wanted: number;
  drawn: number;
  ratio: number;
  short: number;
  unheard: number;
  /** None where a part is unheard. */
  margin: number | null;
  missed: number;
  strata: Stratum[];
  bounds: { eligible: number; drawn_before: number; broken: Broken[]; refused: boolean };
};

export type DrawRow = {
  id: string;
  project: Named;
  drawn_by: Named;
  drawn_at: string;
  from: string;
  to: string;
  card: CardName;
  population: number;
  due_at: string;
  open: number;
  draft: number;
  done: number;
  late: boolean;
  /** Why it goes beyond a bound, where it does. */
  reason: string | null;
};
export type Seat = { inspector: Named | null; state: WorkState; evaluation: string | null };
export type DrawnItem = {
  conversation: Call;
  agent: AgentName | null;
  stratum: string;
  inclusion: number;
  weight: number;
  why: Why;
  seats: Seat[];
};
export type Draw = DrawRow & {
  asked: {
    direction: string | null;
    teams: string[];
    agents: string[];
    rules: string[];
    min_duration_ms: number | null;
    strata: Strata;
    wanted: { count: number } | { share: number };
    minimum: number;
    guidance: number;
    listeners: number;
  };
  planned: Laid;
  seed: number;
  population_digest: string;
  items: DrawnItem[];
};
export type Listener = Named & { open: number };

const PAGE = 50;

export const workListQuery = (state: string) =>
  queryOptions({
    queryKey: ['work-list', state],
    queryFn: ({ signal }) => api.get<OwnWork>('/work-list', { state }, signal),
    placeholderData: keepPreviousData,
    // What was done on another page is to be seen at once.
    staleTime: 0,
  });

export const drawsQuery = (project: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['draws', { project }],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<DrawRow>>('/draws', { project, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const drawQuery = (id: string) =>
  queryOptions({
    queryKey: ['draw', id],
    queryFn: ({ signal }) => api.get<Draw>(`/draws/${id}`, undefined, signal),
  });

export const listenersQuery = (project: string) =>
  queryOptions({
    queryKey: ['listeners', project],
    queryFn: ({ signal }) => api.get<Page<Listener>>('/draws/inspectors', { project }, signal),
    enabled: project !== '',
  });

/** What a plan would come to: nothing is drawn by asking. */
export const layQuery = (plan: DrawPlan | null) =>
  queryOptions({
    queryKey: ['lay', plan],
    queryFn: () => api.post<Laid>('/draws/lay', plan),
    enabled: plan !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
