// What is looked at stands in the address: one table of keys for the overview and the list.
import dayjs from 'dayjs';
import type { Query } from './api/client';

export const OVERVIEW_KEYS = ['period', 'from', 'to', 'project', 'team', 'agent'] as const;
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

function dayOrNothing(text: string | undefined): dayjs.Dayjs | null {
  const day = text && /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayjs(text) : null;
  return day?.isValid() ? day : null;
}

/** From when up to and without when, in this browser's zone. */
export function bounds(
  choice: { period?: string; from?: string; to?: string },
  standard: Period,
  now: dayjs.Dayjs = dayjs(),
): { from?: string; to?: string } {
  const from = dayOrNothing(choice.from);
  const to = dayOrNothing(choice.to);
  if (from || to) return { from: from?.format(), to: to?.add(1, 'day').format() };
  const today = now.startOf('day');
  switch (choice.period ?? standard) {
    case 'today':
      return { from: today.format() };
    case 'yesterday':
      return { from: today.subtract(1, 'day').format(), to: today.format() };
    case '7d':
      return { from: today.subtract(6, 'day').format() };
    case '30d':
      return { from: today.subtract(29, 'day').format() };
    default:
      return {};
  }
}

/** What the server is asked for a choice. */
export function asked(choice: Choice, standard: Period): Query {
  const { period: _, from: __, to: ___, ...rest } = choice;
  return { ...rest, ...bounds(choice, standard) };
}

export function listed(text: string | undefined): string[] {
  return text ? text.split(',').filter(Boolean) : [];
}

/** The same period, said so that another page with another standard means it too. */
export function periodOf(choice: Choice, standard: Period): Choice {
  return choice.from || choice.to ? { from: choice.from, to: choice.to } : { period: choice.period ?? standard };
}
