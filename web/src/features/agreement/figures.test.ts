import { describe, expect, it } from 'vitest';
import type { Agreement, ItemCompared } from '../../api/agreement';
import { coefficient, kappaOf, leastFirst, points, precision, recall, standing, whyKey } from './figures';

const agreement = (percent: number, raters = ['a', 'b']): Agreement => {
  const none = { nominal: null, ordinal: null, interval: null };
  const measures = { percent: null, cohen_kappa: null, weighted_kappa: null, fleiss_kappa: null };
  return {
    ...measures,
    percent,
    cohen_kappa: 0.4,
    fleiss_kappa: 0.3,
    krippendorff_alpha: none,
    intervals: { ...measures, krippendorff_alpha: none },
    absent: {},
    units: 4,
    ratings: 8,
    raters,
    per_rater: [],
  };
};
const item = (id: string, people: Agreement | null): ItemCompared => ({
  id,
  title: { zh: id, en: id },
  fatal: false,
  people,
  graded: null,
  machine: null,
});

describe('figures of agreement', () => {
  it('are written with true signs', () => {
    expect([coefficient(-0.125), coefficient(1)]).toEqual(['−0.13', '1.00']);
    expect([points(2.25), points(-0.04), points(-3)]).toEqual(['+2.3', '±0.0', '−3.0']);
  });
  it('stand where Krippendorff says', () => {
    const at = (value: number, low: number, high: number) => standing({ value, interval: { low, high } });
    expect([at(0.9, 0.8, 1), at(0.8, 0.7, 0.9), at(0.7, 0.6, 0.79), at(0.5, 0.3, 0.7)]).toEqual([
      'reliable',
      'reliable',
      'tentative',
      'unreliable',
    ]);
    expect([at(0.7, 0.2, 0.9), standing({ value: 1, interval: null })]).toEqual(['open', 'open']);
  });
  it('take the kappa for as many as judged', () => {
    expect(kappaOf(agreement(1)).value).toBe(0.4);
    expect(kappaOf(agreement(1, ['a', 'b', 'c'])).value).toBe(0.3);
    expect(kappaOf(null).value).toBe(null);
  });
  it('put what is disputed first and what is unknown last', () => {
    const items = [item('unknown', null), item('sure', agreement(1)), item('disputed', agreement(0.5))];
    expect(leastFirst(items).map(({ id }) => id)).toEqual(['disputed', 'sure', 'unknown']);
  });
  it('tell what a machine suggests from what it overlooks', () => {
    const machine = { confirmed: 6, changed: 2, missed: 4, quiet: 9, taken: 3, agreement: null };
    expect([precision(machine), recall(machine)]).toEqual([0.75, 0.6]);
    const nothing = { ...machine, confirmed: 0, changed: 0, missed: 0 };
    expect([precision(nothing), recall(nothing)]).toEqual([null, null]);
  });
  it('say why one is missing', () => {
    expect(whyKey('one rater only')).toBe('agreement.absent.one_rater');
    expect(whyKey(undefined)).toBe('agreement.absent.other');
  });
});
