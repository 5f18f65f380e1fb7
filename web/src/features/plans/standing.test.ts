import { describe, expect, it } from 'vitest';
import type { Plan } from '../../api/plans';
import { lastPeriod, NEW, newPlan, standingOf, toldOf, trialOf } from './standing';

const STANDING = { ...NEW, name: ' 每人每周三通 ', project: 'p', inspectors: ['a', 'b'] };

describe('a standing plan', () => {
  it('is none while something is missing', () => {
    expect(toldOf(NEW, 'care', undefined)).toBeNull();
    expect(toldOf(STANDING, undefined, undefined)).toBeNull();
    expect(toldOf({ ...STANDING, dueDays: null }, 'care', undefined)).toBeNull();
    expect(toldOf({ ...STANDING, count: null }, 'care', undefined)).toBeNull();
  });

  it('names a count or a share, and only who may judge', () => {
    const told = toldOf(STANDING, 'care', ['b'])!;
    expect(told).toMatchObject({ name: '每人每周三通', due_days: 3, until: null, paused: false });
    expect(told.wishes).toMatchObject({ count: 1, share: null, minimum: 3, inspectors: ['b'] });
    expect(toldOf({ ...STANDING, by: 'share' }, 'care', undefined)!.wishes).toMatchObject({ count: null, share: 0.05 });
    expect(toldOf({ ...STANDING, strata: 'none' }, 'care', undefined)!.wishes.minimum).toBe(0);
    expect(newPlan(STANDING, told)).toMatchObject({ project: 'p', period: 'week' });
  });

  it('comes back from the server as it went, with what narrows the calls', () => {
    const kept = { teams: ['t'], agents: [], rules: ['r'] };
    const wished = { ...STANDING, ...kept, seconds: 5, by: 'share' as const, percent: 2.5, until: '2026-12-31' };
    const told = toldOf(wished, 'care', undefined)!;
    expect(told.wishes).toMatchObject({ ...kept, min_duration_ms: 5000 });
    const plan = { ...told, project: { id: 'p', name: 'P' }, period: 'week' } as Plan;
    expect(toldOf(standingOf(plan), 'care', undefined)).toEqual(told);
  });

  it('of which everybody chosen hears all comes back as such', () => {
    const told = toldOf({ ...STANDING, everybody: true, inspectors: ['a', 'b', 'c'] }, 'care', undefined)!;
    expect(told.wishes.listeners).toBe(3);
    const plan = { ...told, project: { id: 'p', name: 'P' }, period: 'week' } as Plan;
    expect(standingOf(plan).everybody).toBe(true);
    expect(toldOf(standingOf(plan), 'care', ['a', 'b', 'c', 'd'])).toEqual(told);
  });

  it('is tried on the last period that is over', () => {
    // 2026-11-22 is a Sunday, 2026-11-23 a Monday.
    expect(lastPeriod('week', '2026-11-22')).toEqual({ from: '2026-11-09', to: '2026-11-16' });
    expect(lastPeriod('week', '2026-11-23')).toEqual({ from: '2026-11-16', to: '2026-11-23' });
    expect(lastPeriod('day', '2026-12-01')).toEqual({ from: '2026-11-30', to: '2026-12-01' });
    const trial = trialOf(STANDING, toldOf(STANDING, 'care', undefined), '2026-11-23')!;
    expect(trial).toMatchObject({ from: '2026-11-16', to: '2026-11-23', count: 1, minimum: 3 });
    expect(trial).not.toHaveProperty('share');
    expect(trialOf(STANDING, null, '2026-11-23')).toBeNull();
  });
});
