import { queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { EvaluationRow, Moment, Stage } from './evaluations';
import type { AgentName, Named, Title } from './types';

export const COACHING_STAGES = ['draft', 'held', 'disputed', 'signed', 'followed', 'closed'] as const;
export type CoachingStage = (typeof COACHING_STAGES)[number];
export const EFFECTS = ['improved', 'not_improved', 'not_judged'] as const;
export type Effect = (typeof EFFECTS)[number];

export type CoachingRow = {
  id: string;
  conversation: EvaluationRow['conversation'];
  project: Named | null;
  team: Named | null;
  agent: AgentName | null;
  evaluation: string | null;
  coach: Named;
  begun_at: string;
  stage: CoachingStage;
  due_at: string | null;
  late: boolean;
  effect: Effect | null;
};

export type Notes = {
  items: string[];
  problem: string;
  moments: Moment[];
  root_cause: string;
  discussion: string;
  agreed: string;
  due_at: string | null;
};
/** How a call was judged, in the items of the sheet. */
export type CoachedCall = {
  evaluation: string;
  revision: number;
  card: string;
  title: Title;
  conversation: string;
  listened_at: string;
  stage: Stage;
  total: number | null;
  items: {
    id: string;
    title: Title;
    answer: Title | null;
    points: number;
    earned: number | null;
    not_applicable: boolean;
  }[];
};
export type CoachingStep = {
  kind: 'hold' | 'sign' | 'dispute' | 'follow' | 'close';
  by: Named;
  at: string;
  words: string | null;
  notes: Notes | null;
  evaluation: string | null;
  effect: Effect | null;
};
export type Coaching = CoachingRow & {
  transcript: string | null;
  notes: Notes;
  cause: CoachedCall | null;
  follow_ups: CoachedCall[];
  signed_at: string | null;
  steps: CoachingStep[];
  may: (CoachingStep['kind'] | 'write' | 'discard')[];
  /** Counts its changes: what a change has to carry. */
  changes: number;
};

export const coachingQuery = (id: string) =>
  queryOptions({
    queryKey: ['coaching-sheet', id],
    queryFn: ({ signal }) => api.get<Coaching>(`/coaching/${id}`, undefined, signal),
    // Each look is written down.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
