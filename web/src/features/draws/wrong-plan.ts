import { ApiError } from '../../api/client';

/** Why a plan makes no sense, and the numbers that belong to it. */
export type WrongPlan =
  | { why: 'empty' | 'ends_before' | 'too_long' | 'no_time' | 'listeners' | 'inspectors' | 'due' | 'share' }
  | { why: 'too_many'; wanted: string; population: string };

const TOO_MANY = /(\d+) calls are wanted of a population of (\d+)/;

/** What a refusal means; none where it is none of the usual. */
export function wrongOf(error: unknown): WrongPlan | undefined {
  if (!(error instanceof ApiError) || error.code !== 'bad_request') return undefined;
  const { field, detail } = error;
  switch (field) {
    case 'plan': {
      const [, wanted, population] = TOO_MANY.exec(detail) ?? [];
      if (wanted && population) return { why: 'too_many', wanted, population };
      if (detail.includes('population is empty')) return { why: 'empty' };
      return detail.includes('a share of') ? { why: 'share' } : undefined;
    }
    case 'from':
      return { why: detail.includes('more than') ? 'too_long' : 'no_time' };
    case 'to':
      return { why: detail.includes('before it begins') ? 'ends_before' : 'no_time' };
    case 'due':
    case 'inspectors':
    case 'listeners':
    case 'share':
      return { why: field };
    default:
      return undefined;
  }
}
