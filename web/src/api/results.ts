import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type Query } from './client';
import type { Title } from './types';

/** A mean of totals; ± of 95 %. */
export type Mean = { count: number; mean: number | null; margin: number | null };
export type Verdict = 'higher' | 'lower' | 'cannot-be-told';
export type Group = Mean & {
  id: string;
  name: string;
  fatal: number;
  difference: number | null;
  verdict: Verdict | null;
};
export type Output = Mean & {
  id: string;
  name: string;
  sent: number;
  in_time: number;
  appealed: number;
  changed: number;
};
export type Fault = {
  id: string;
  title: Title;
  fatal: boolean;
  judged: number;
  failed: number;
  partly: number;
  share: number;
  cumulative: number;
};
export type Week = Mean & { from: string; limits: [number, number] | null; signal: 'beyond' | 'run' | null };
export type Results = {
  card: { id: string; title: Title };
  more: boolean;
  all: Mean;
  fatal: number;
  estimate: { count: number; mean: number; margin: number | null } | null;
  projects: Group[];
  teams: Group[];
  agents: Group[];
  inspectors: Output[];
  faults: Fault[];
  weeks: Week[];
};

export const resultsQuery = (query: Query) =>
  queryOptions({
    queryKey: ['results', query],
    queryFn: ({ signal }) => api.get<Results>('/results', query, signal),
    placeholderData: keepPreviousData,
    enabled: Boolean(query.card),
  });
