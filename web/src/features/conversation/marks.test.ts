import { describe, expect, it } from 'vitest';
import type { Finding } from '../../api/types';
import { inOrder, stretches, turnAt } from './marks';

const finding = (place: number, chars: [number, number] | null, more: Partial<Finding> = {}): Finding => ({
  place,
  rule: `rule-${place}`,
  title: {},
  version: '',
  severity: 'minor',
  dimension: 'risk',
  points: 1,
  turn: 0,
  chars,
  ...more,
});

describe('stretches', () => {
  it('leaves a turn without findings whole', () => {
    expect(stretches('我要退款', [])).toEqual([{ text: '我要退款', from: 0, findings: [] }]);
    expect(stretches('我要退款', [finding(0, null)])).toHaveLength(1);
  });

  it('cuts where a finding begins and ends', () => {
    expect(stretches('我要退款。', [finding(0, [2, 4])])).toEqual([
      { text: '我要', from: 0, findings: [] },
      { text: '退款', from: 2, findings: [0] },
      { text: '。', from: 4, findings: [] },
    ]);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(stretches('😀𠮷退款', [finding(0, [2, 4])])[1]).toEqual({ text: '退款', from: 2, findings: [0] });
  });

  it('names the gravest of several first', () => {
    const cut = stretches('不归我们客服', [finding(0, [0, 3]), finding(1, [0, 6], { severity: 'fatal' })]);
    expect(cut.map((one) => one.findings)).toEqual([[1, 0], [1]]);
  });

  it('bears places beyond the end', () => {
    expect(stretches('好', [finding(0, [0, 9])])).toEqual([{ text: '好', from: 0, findings: [0] }]);
    expect(stretches('好', [finding(0, [5, 9])])).toEqual([{ text: '好', from: 0, findings: [] }]);
  });
});

describe('inOrder', () => {
  it('puts what concerns the whole first, the rest by time', () => {
    const list = [
      finding(0, null, { start_ms: 900 }),
      finding(1, null, { turn: null, start_ms: null }),
      finding(2, null, { start_ms: 100 }),
    ];
    expect(inOrder(list).map((one) => one.place)).toEqual([1, 2, 0]);
  });
});

describe('turnAt', () => {
  const turns = [{ start_ms: 100 }, { start_ms: 500 }, { start_ms: 500 }, { start_ms: 900 }];
  it.each([
    [0, -1],
    [100, 0],
    [499, 0],
    [500, 2],
    [5000, 3],
  ])('at %i is %i', (ms, place) => expect(turnAt(turns, ms)).toBe(place));
  it('knows none where there are none', () => expect(turnAt([], 5)).toBe(-1));
});
