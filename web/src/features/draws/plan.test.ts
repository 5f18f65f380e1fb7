import { describe, expect, it } from 'vitest';
import { BLANK, furtherOf, laidBy, OF_PROJECT, planOf } from './plan';

const TODAY = '2026-11-22';
const WISH = { ...BLANK, project: 'p' };

describe('a plan', () => {
  it('is none while something is missing', () => {
    expect(planOf(BLANK, 'care', TODAY)).toBeNull();
    expect(planOf(WISH, undefined, TODAY)).toBeNull();
    expect(planOf({ ...WISH, count: null }, 'care', TODAY)).toBeNull();
    expect(planOf({ ...WISH, by: 'share', percent: null }, 'care', TODAY)).toBeNull();
  });

  it('ends with the day after, today where nothing is said', () => {
    expect(planOf(WISH, 'care', TODAY)).toMatchObject({ from: '2026-11-16', to: '2026-11-23' });
    expect(planOf({ ...WISH, period: 'all' }, 'care', TODAY)).toMatchObject({ from: '2000-01-01', to: '2026-11-23' });
    expect(planOf({ ...WISH, from: '2026-10-01', to: '2026-10-31' }, 'care', TODAY)).toMatchObject({
      from: '2026-10-01',
      to: '2026-11-01',
    });
    expect(planOf({ ...WISH, due: '2026-11-30' }, 'care', TODAY)?.due).toBe('2026-12-01');
  });

  it('names a count or a share, never both', () => {
    const [count, share] = [planOf(WISH, 'care', TODAY), planOf({ ...WISH, by: 'share' }, 'care', TODAY)];
    expect([count?.count, count?.share]).toEqual([20, undefined]);
    expect([share?.count, share?.share]).toEqual([undefined, 0.05]);
  });

  it('is narrowed by what is chosen', () => {
    expect(planOf(WISH, 'care', TODAY)).toMatchObject({ teams: [], rules: [], min_duration_ms: undefined });
    const narrow = { ...WISH, teams: ['t'], rules: ['r', 's'], seconds: 90 };
    expect(planOf(narrow, 'care', TODAY)).toMatchObject({ teams: ['t'], rules: ['r', 's'], min_duration_ms: 90_000 });
    expect([furtherOf(WISH), furtherOf(narrow), furtherOf({ ...narrow, ...OF_PROJECT })]).toEqual([0, 3, 0]);
  });

  it('is heard by one, two or all who are chosen, who are two at least', () => {
    const heard = (wish: object) => planOf({ ...WISH, ...wish }, 'care', TODAY)?.listeners;
    const inspectors = ['a', 'b', 'c'];
    expect([heard({ inspectors }), heard({ inspectors, listeners: 2 })]).toEqual([1, 2]);
    expect([heard({ inspectors, everybody: true }), heard({ everybody: true })]).toEqual([3, 2]);
  });

  it('has a minimum only of parts', () => {
    expect(planOf({ ...WISH, minimum: 3 }, 'care', TODAY)?.minimum).toBe(3);
    expect(planOf({ ...WISH, minimum: 3, strata: 'none' }, 'care', TODAY)?.minimum).toBe(0);
  });

  it('is laid whoever hears it', () => {
    const plan = (inspectors: string[], reason: string) =>
      laidBy(planOf({ ...WISH, inspectors, reason }, 'care', TODAY));
    expect(plan(['a'], 'why')).toEqual(plan([], ''));
  });
});
