import { describe, expect, it } from 'vitest';
import type { Item, Scorecard, Section } from '../../api/scorecards';
import { figure, signedFigure } from '../../ui/format';
import { asked, earns, lineOf, pointsOf, shareOf } from './asked';

const item = (id: string, more: Partial<Item> = {}): Item => ({
  id,
  title: {},
  counts: 'weighed',
  points: 0,
  options: [
    { id: 'yes', title: {}, share: 1 },
    { id: 'no', title: {}, share: 0 },
  ],
  ...more,
});
const section = (id: string, weight: number, items: Item[]): Section => ({ id, title: {}, weight, items });
const card = (...sections: Section[]): Scorecard => ({ id: 'ours', title: {}, fatal: 0, sections });

describe('what is asked', () => {
  const one = card(
    section('a', 100, [
      item('held', { not_applicable: true }),
      item('hold', { asked_when: { item: 'held', is: ['yes'] } }),
      item('thanks', { asked_when: { item: 'hold', is: ['yes'] } }),
    ]),
  );
  it('follows the answers before it', () => {
    expect([...asked(one, {})]).toEqual(['held']);
    expect([...asked(one, { held: null })]).toEqual(['held']);
    expect([...asked(one, { held: 'yes', hold: 'yes' })]).toEqual(['held', 'hold', 'thanks']);
  });
  it('is nothing that hangs on what is not asked, whatever was once answered', () => {
    expect([...asked(one, { held: 'no', hold: 'yes' })]).toEqual(['held']);
  });
});

describe('what an option moves', () => {
  it('is earned, taken off or added by the share', () => {
    expect(earns(item('x', { points: 4 }), 0.5)).toBe(2);
    expect(earns(item('x', { points: 3, counts: 'adds' }), 1)).toBe(3);
    expect(earns(item('x', { points: 8, counts: 'deducts' }), 0)).toBe(-8);
    expect(Object.is(earns(item('x', { points: 8, counts: 'deducts' }), 1), 0)).toBe(true);
    expect(earns(item('x', { points: 0.3 }), 0.1)).toBe(0.03);
  });
  it('is nothing where the item is only asked', () => {
    expect(earns(item('x'), 1)).toBe(null);
    expect(earns(item('x', { points: 4 }), undefined)).toBe(null);
  });
});

describe('the part of a section', () => {
  const service = section('service', 30, [item('a', { points: 2 }), item('b', { points: 4, counts: 'deducts' })]);
  const records = section('records', 10, [item('c', { points: 5 })]);
  const asking = section('asking', 60, [item('d')]);
  const one = card(service, records, asking);
  it('is its weight among those that earn something', () => {
    expect(one.sections.map((part) => shareOf(part, one))).toEqual([0.75, 0.25, null]);
    expect(one.sections.map(pointsOf)).toEqual([2, 5, 0]);
    expect(shareOf(asking, card(asking))).toBe(null);
  });
});

describe('the line of an id', () => {
  it('is where it is written, in either way of writing', () => {
    const file = 'id: ours\nsections:\n  - id: all\n    items:\n      - { id: all-done, title: x }\n      - id: "b"';
    expect(['ours', 'all', 'all-done', 'b', 'gone'].map((id) => lineOf(file, id))).toEqual([1, 3, 5, 6, 0]);
  });
});

describe('a figure', () => {
  it('is shown in hundredths', () => {
    expect([66.67, 50, 0.25, 0.1 + 0.2].map(figure)).toEqual(['66.67', '50', '0.25', '0.3']);
    expect([1.5, -8.25, 0].map(signedFigure)).toEqual(['+1.5', '−8.25', '±0']);
  });
});
