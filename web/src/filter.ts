// What is looked at stands in the address: one table of keys for the overview and the list.
import dayjs from 'dayjs';
import type { Query } from './api/client';

export const OVERVIEW_KEYS = ['period', 'from', 'to', 'project', 'team', 'agent', 'zone'] as const;
export const FILTER_KEYS = [
  'q',
  'period',
  'from',
  'to',
  'project',
  'team',
  'agent',
  'state',
  'rule',
  'direction',
  'language',
  'has_recording',
  'min_risk',
  'max_compliance',
  'max_experience',
  'min_duration_ms',
  'external_id',
  'zone',
  'sort',
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
export type Choice = Partial<Record<FilterKey, string>>;

export const PERIODS = ['today', 'yesterday', '7d', '30d', 'all'] as const;
export type Period = (typeof PERIODS)[number];
export const OVERVIEW_PERIOD: Period = '30d';
export const LIST_PERIOD: Period = 'all';

export function choose<K extends string>(
  search: Record<string, unknown>,
  keys: readonly K[],
): Partial<Record<K, string>> {
  const chosen: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const value = search[key];
    if (typeof value === 'string' && value !== '') chosen[key] = value;
  }
  return chosen;
}

function dayOrNothing(text: string | undefined): dayjs.Dayjs | undefined {
  const day = text && /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayjs(text) : undefined;
  return day?.isValid() ? day : undefined;
}

/** From which day up to and without which; whose days they are, the server knows. */
export function bounds(
  choice: { period?: string; from?: string; to?: string },
  standard: Period,
  today: string,
): { from?: string; to?: string } {
  const from = dayOrNothing(choice.from);
  const to = dayOrNothing(choice.to);
  const text = (at: dayjs.Dayjs) => at.format('YYYY-MM-DD');
  if (from || to) return { from: from && text(from), to: to && text(to.add(1, 'day')) };
  const before = (days: number) => text(dayjs(today).subtract(days, 'day'));
  switch (choice.period ?? standard) {
    case 'today':
      return { from: today };
    case 'yesterday':
      return { from: before(1), to: today };
    case '7d':
      return { from: before(6) };
    case '30d':
      return { from: before(29) };
    default:
      return {};
  }
}

/** What the server is asked for a choice. */
export function asked(choice: Choice, standard: Period, today: string): Query {
  const { period: _, from: __, to: ___, ...rest } = choice;
  return { ...rest, ...bounds(choice, standard, today) };
}

export function listed(text: string | undefined): string[] {
  return text ? text.split(',').filter(Boolean) : [];
}

/** The same period, said so that another page with another standard means it too. */
export function periodOf(choice: Choice, standard: Period): Choice {
  return choice.from || choice.to ? { from: choice.from, to: choice.to } : { period: choice.period ?? standard };
}
