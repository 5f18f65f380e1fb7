import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { CardVersion, Scorecard, Scored } from '../../api/scorecards';
import type { Page } from '../../api/types';

export type Shown = CardVersion & { file: string; card: Scorecard };
export type Draft = {
  file: string;
  based_on: number;
  newest: number;
  written_by: string | null;
  written_at: string | null;
  revision: number;
};
export type Fault = {
  line: number;
  column: number;
  length: number;
  grade: 'error' | 'warning';
  kind: string;
  field: string;
  message: string;
  help: string;
};
export type FieldChange = { field: string; from: unknown; to: unknown };
export type Changes = { added: string[]; removed: string[]; changed: { id: string; fields: FieldChange[] }[] };
export type Difference = { card: FieldChange[]; sections: Changes; items: Changes };
export type Checked = {
  card: Scorecard | null;
  digest: string | null;
  diagnostics: Fault[];
  difference: Difference | null;
};

export type Tried = { scored: Scored; asked: string[]; missing: { item: string; lack: string }[] };
/** What is answered on trial: an option by item, null for "not applicable". */
export type Answers = Record<string, string | null>;

export const cardPath = (card: string) => `/scorecards/${encodeURIComponent(card)}`;

export const cardVersionsQuery = (card: string) =>
  queryOptions({
    queryKey: ['scorecards', card, 'versions'],
    queryFn: ({ signal }) => api.get<Page<CardVersion>>(`${cardPath(card)}/versions`, undefined, signal),
  });

export const cardVersionQuery = (card: string, number: number) =>
  queryOptions({
    queryKey: ['scorecards', card, 'versions', number],
    queryFn: ({ signal }) => api.get<Shown>(`${cardPath(card)}/versions/${number}`, undefined, signal),
  });
