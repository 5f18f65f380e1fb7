import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../api/client';
import type { Dimension, Finding, Page, Role, Scores, Severity, Title } from '../../../api/types';

export type File = { name: string; text: string };
export type Version = {
  number: number;
  digest: string;
  counts: boolean;
  note: string | null;
  written_by: string | null;
  published_by: string | null;
  published_at: string | null;
  again: boolean | null;
};
export type PackHead = {
  id: string;
  title: Title;
  language: string | null;
  projects: string[];
  rules: number;
  version: Version | null;
  draft: { written_by: string; written_at: string; based_on: number; revision: number } | null;
};
export type Draft = {
  files: File[];
  based_on: number;
  newest: number;
  written_by: string | null;
  written_at: string | null;
  revision: number;
};
export type Diagnostic = {
  file: string;
  line: number;
  column: number;
  length: number;
  grade: 'error' | 'warning';
  message: string;
  help?: string;
  rule?: string;
};
export type TestOutcome = { rule: string; name: string; file: string; line: number; column: number; failure?: string };
export type FieldChange = { field: string; from: unknown; to: unknown };
export type Difference = {
  pack: FieldChange[];
  added: string[];
  removed: string[];
  changed: { rule: string; fields: FieldChange[] }[];
};
export type RuleLine = {
  id: string;
  title: Title;
  points: number | null;
  severity: Severity | null;
  dimension: Dimension | null;
  off: boolean;
  file: string;
  line: number;
};
export type PhraseList = { name: string; phrases: string[]; file: string; line: number };
export type Checked = {
  diagnostics: Diagnostic[];
  tests: TestOutcome[];
  outline: { rules: RuleLine[]; phrases: PhraseList[] };
  difference: Difference;
  digest: string;
};
export type TriedFinding = Finding & { before: boolean; after: boolean };
export type Tried = {
  id: string;
  external_id: string;
  turns: { role: Role; start_ms: number; end_ms: number; text: string }[];
  before: Scores;
  after: Scores;
  findings: TriedFinding[];
  why: Record<string, string>;
};
export type Example = { id: string; external_id: string };
export type Sample = {
  calls: number;
  before: Scores | null;
  after: Scores | null;
  rules: {
    rule: string;
    title: Title;
    new: number;
    gone: number;
    same: number;
    new_in: Example[];
    gone_in: Example[];
  }[];
  all: number;
  all_ms: number;
};
export type Change =
  | { points: { rule: string; points: number } }
  | { off: { rule: string; off: boolean } }
  | { phrase: { list: string; phrase: string } };

export const packPath = (pack: string) => `/rules/packs/${encodeURIComponent(pack)}`;

export const packsQuery = queryOptions({
  queryKey: ['rules', 'packs'],
  queryFn: ({ signal }) => api.get<Page<PackHead>>('/rules/packs', undefined, signal),
});

export const versionsQuery = (pack: string) =>
  queryOptions({
    queryKey: ['rules', 'packs', pack, 'versions'],
    queryFn: ({ signal }) => api.get<Page<Version>>(`${packPath(pack)}/versions`, undefined, signal),
  });

export const versionQuery = (pack: string, number: number) =>
  queryOptions({
    queryKey: ['rules', 'packs', pack, 'versions', number],
    queryFn: ({ signal }) =>
      api.get<Version & { files: File[] }>(`${packPath(pack)}/versions/${number}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const differenceQuery = (pack: string, from: number, to: number, lang: string) =>
  queryOptions({
    queryKey: ['rules', 'packs', pack, 'difference', from, to, lang],
    queryFn: ({ signal }) => api.get<Difference>(`${packPath(pack)}/difference`, { from, to, lang }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
