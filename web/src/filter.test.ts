import { describe, expect, it } from 'vitest';
import { asked, bounds, choose, FILTER_KEYS, listed, periodOf } from './filter';

const today = '2026-11-22';

describe('bounds', () => {
  it('holds today and the six days before', () => {
    expect(bounds({ period: '7d' }, 'all', today)).toEqual({ from: '2026-11-16' });
  });
  it('ends yesterday where today begins', () => {
    expect(bounds({ period: 'yesterday' }, 'all', today)).toEqual({ from: '2026-11-21', to: '2026-11-22' });
  });
  it('takes the last day whole', () => {
    expect(bounds({ from: '2026-11-02', to: '2026-11-03' }, 'all', today)).toEqual({
      from: '2026-11-02',
      to: '2026-11-04',
    });
  });
  it('knows no bounds for all, for nonsense neither', () => {
    expect(bounds({}, 'all', today)).toEqual({});
    expect(bounds({ from: 'yesterday week' }, 'all', today)).toEqual({});
  });
});

describe('what stands in the address', () => {
  it('is kept where it is known and said', () => {
    expect(choose({ q: '退款', team: '', sort: 3, other: 'x', risk: '1' }, FILTER_KEYS)).toEqual({ q: '退款' });
  });
  it('is asked of the server without the period', () => {
    expect(asked({ q: '退款', period: 'all', sort: 'risk' }, '30d', today)).toEqual({ q: '退款', sort: 'risk' });
  });
  it('means the same on another page', () => {
    expect(periodOf({}, '30d')).toEqual({ period: '30d' });
    expect(periodOf({ from: '2026-11-02' }, '30d')).toEqual({ from: '2026-11-02', to: undefined });
  });
  it('lists with commas', () => {
    expect(listed('a,b,')).toEqual(['a', 'b']);
    expect(listed(undefined)).toEqual([]);
  });
});
