import { queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { Page, Title } from './types';

export type ItemOption = { id: string; title: Title; share?: number; comment?: boolean; evidence?: boolean };
export type Prefill = { option: string; rules?: string[]; measure?: string; over?: number; under?: number };
export type Item = {
  id: string;
  title: Title;
  help?: Title;
  counts: 'weighed' | 'deducts' | 'adds';
  points: number;
  fatal?: boolean;
  critical?: boolean;
  not_applicable?: boolean;
  asked_when?: { item: string; is: string[] };
  options: ItemOption[];
  prefill?: Prefill[];
};
export type Section = { id: string; title: Title; weight: number; items: Item[] };
export type Scorecard = { id: string; title: Title; about?: Title; fatal: number; sections: Section[] };

/** Which figure a step is of, or by what it moved: a word, or a thing of the card by its id. */
export type Figure = 'total' | 'critical' | { section: string };
export type Cause = 'start' | 'bounds' | { section: string } | { item: string } | { fatal: string };
export type CardStep = { of: Figure; by: Cause; points: number; after: number };
export type Scored = {
  total: number | null;
  critical: number | null;
  earned: number;
  possible: number;
  sections: { id: string; share: number; earned: number; possible: number; score: number | null }[];
  fatal: string[];
  critical_failed: string[];
  open: number;
  steps: CardStep[];
};

export type CardVersion = {
  number: number;
  digest: string;
  counts: boolean;
  note: string | null;
  written_by: string | null;
  published_by: string | null;
  published_at: string | null;
};
export type CardHead = {
  id: string;
  title: Title;
  about: Title;
  sections: number;
  items: number;
  /** What counts; none where there is only a draft. */
  version: CardVersion | null;
  draft: { written_by: string; written_at: string; based_on: number; revision: number } | null;
};

/** All items of a card, in the order in which they are asked. */
export const itemsOf = (card: Scorecard): Item[] => card.sections.flatMap((section) => section.items);

/** All cards, also those that are only being written. */
export const cardsQuery = queryOptions({
  queryKey: ['scorecards'],
  queryFn: ({ signal }) => api.get<Page<CardHead>>('/scorecards', undefined, signal),
});

/** The cards that calls can be judged on. */
export const countingCardsQuery = queryOptions({
  ...cardsQuery,
  select: ({ items }: Page<CardHead>) => items.filter((card) => card.version !== null),
});
