import { queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { Scorecard, Scored } from './scorecards';
import type { AgentName, Named, Page, Title } from './types';

export const MODES = ['recorded', 'side_by_side', 'live', 'unannounced'] as const;
export type Mode = (typeof MODES)[number];
export const STAGES = ['draft', 'submitted', 'sent', 'acknowledged', 'appealed', 'upheld', 'changed'] as const;
export type Stage = (typeof STAGES)[number];

export type EvaluationRow = {
  id: string;
  revision: number;
  conversation: { id: string; external_id: string; at: string; duration_ms: number };
  project: Named | null;
  team: Named | null;
  agent: AgentName | null;
  inspector: Named;
  card: { id: string; version: number; title: Title };
  mode: Mode;
  stage: Stage;
  total: number | null;
  critical: number | null;
  /** How many fatal items were failed. */
  fatal: number;
  listened_at: string;
  due_at: string;
  late: boolean;
  sent_at: string | null;
  appeal_until: string | null;
};

/** A place in the call, never its words. */
export type Moment = { turn?: number; chars?: [number, number]; start_ms: number; end_ms: number };
export type Choice = 'not_applicable' | { option: string };
export type Answered = { choice?: Choice | null; comment?: string; evidence?: Moment[] };
export type Source =
  | { finding: { rule: string; version: string; moment?: Moment } }
  | { measure: { measure: string; value: number; bound: number } };
export type Suggestion = { option: string; sources: Source[] };
export type Origin = 'own' | 'confirmed' | 'changed' | 'taken';
export type Remark = { kind: 'good' | 'better'; text: string; evidence?: Moment[] };
/** What a person writes. */
export type Sheet = { answers: Record<string, Answered>; remarks: Remark[] };

export type Gap = { item: string; lack: string };
export const ACTS = ['submit', 'send', 'acknowledge', 'appeal', 'uphold', 'change'] as const;
export type Act = (typeof ACTS)[number];
export type StepTaken = {
  kind: Act;
  by: Named | null;
  at: string;
  reason?: string;
  items?: string[];
  evidence?: Moment[];
  appeal_until?: string | null;
};
export type Evaluation = EvaluationRow & {
  revisions: { revision: number; inspector: Named; stage: Stage; total: number | null }[];
  /** The versions that its moments point into. */
  transcript: string | null;
  judgement: string | null;
  form: Scorecard;
  answers: Record<string, Answered & { suggestion?: Suggestion | null; origin?: Origin | null }>;
  remarks: Remark[];
  /** The items that are asked, as it was last saved. */
  asked: string[];
  scored: Scored;
  gaps: Gap[];
  steps: StepTaken[];
  may: (Act | 'write' | 'discard')[];
  /** Counts its changes: what a change has to carry. */
  changes: number;
};

/** The mark by which a change is refused when somebody else was first. */
export const markOf = ({ changes }: { changes: number }) => `"${changes}"`;

export const evaluationQuery = (id: string, revision?: number) =>
  queryOptions({
    queryKey: ['evaluation', id, revision ?? 'newest'],
    queryFn: ({ signal }) =>
      api.get<Evaluation>(`/evaluations/${id}${revision ? `/revisions/${revision}` : ''}`, undefined, signal),
    // Being seen is written down, and what is being written must not change under the hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const evaluationsOfQuery = (conversation: string) =>
  queryOptions({
    queryKey: ['evaluations', { conversation }],
    queryFn: ({ signal }) => api.get<Page<EvaluationRow>>('/evaluations', { conversation }, signal),
  });
