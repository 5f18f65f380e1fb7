import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type Query } from './client';
import type { Named, Title } from './types';

export type Interval = { low: number; high: number };
export type Estimate = { value: number; interval: Interval };
export type RaterFigures = {
  rater: string;
  ratings: number;
  leniency: Estimate | null;
  against: 'reference' | 'consensus';
  units: number;
  percent: Estimate | null;
  difference: Estimate | null;
  absent: Record<string, string>;
};
type Alpha<T> = { nominal: T; ordinal: T; interval: T };
type Measures<T> = {
  percent: T;
  cohen_kappa: T;
  weighted_kappa: T;
  fleiss_kappa: T;
  krippendorff_alpha: Alpha<T>;
};
/** As `lingjian agreement --json` writes it; what a page shows of it. */
export type Agreement = Measures<number | null> & {
  intervals: Measures<Interval | null>;
  /** Why a figure is missing, by its name. */
  absent: Record<string, string>;
  units: number;
  ratings: number;
  raters: string[];
  per_rater: RaterFigures[];
};

export type Machine = {
  confirmed: number;
  changed: number;
  missed: number;
  quiet: number;
  taken: number;
  agreement: Agreement | null;
};
export type ItemCompared = {
  id: string;
  title: Title;
  fatal: boolean;
  people: Agreement | null;
  graded: Agreement | null;
  machine: Machine | null;
};
export type Comparison = {
  card: { id: string; title: Title };
  evaluations: number;
  more: boolean;
  calls: number;
  inspectors: Named[];
  total: Agreement | null;
  items: ItemCompared[];
  weeks: { from: string; calls: number; alike: number | null; total: Agreement | null }[];
};

export const agreementQuery = (query: Query) =>
  queryOptions({
    queryKey: ['agreement', query],
    queryFn: ({ signal }) => api.get<Comparison>('/agreement', query, signal),
    placeholderData: keepPreviousData,
    enabled: Boolean(query.card),
  });
