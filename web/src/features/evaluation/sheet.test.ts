import { describe, expect, it } from 'vitest';
import type { Answered } from '../../api/evaluations';
import type { Item, Scorecard } from '../../api/scorecards';
import type { Turn } from '../../api/types';
import {
  answered,
  askedOf,
  choiceOf,
  counted,
  minutesLeft,
  momentAt,
  pinned,
  remarked,
  sameChoice,
  sent,
  sheetOf,
} from './sheet';

const item = (id: string, more: Partial<Item> = {}): Item => ({
  id,
  title: { zh: id, en: id },
  counts: 'weighed',
  points: 1,
  options: [
    { id: 'yes', title: {}, share: 1 },
    { id: 'no', title: {}, share: 0 },
  ],
  ...more,
});
const turn = (start_ms: number, end_ms: number): Turn => ({ role: 'agent', start_ms, end_ms, text: '' });

describe('what a person wrote', () => {
  it('is apart from what was suggested', () => {
    const sheet = sheetOf({
      answers: {
        a: { choice: { option: 'no' }, suggestion: { option: 'yes', sources: [] }, origin: 'changed' },
        b: { suggestion: { option: 'yes', sources: [] }, origin: 'taken' },
      },
      remarks: [{ kind: 'good', text: '好' }],
    });
    expect(sent(sheet)).toEqual({
      answers: { a: { choice: { option: 'no' } } },
      remarks: [{ kind: 'good', text: '好', evidence: [] }],
    });
  });

  it('is sent without what is empty', () => {
    const sheet = {
      answers: { a: { choice: undefined, comment: ' ', evidence: [] } },
      remarks: [
        { kind: 'better' as const, text: ' ', evidence: [] },
        { kind: 'good' as const, text: '', evidence: [{ start_ms: 0, end_ms: 1 }] },
      ],
    };
    expect(sent(sheet)).toEqual({ answers: {}, remarks: [sheet.remarks[1]] });
  });

  it('changes only where it was changed', () => {
    const sheet = { answers: { a: { comment: '嗯' }, b: { comment: '哦' } }, remarks: [] };
    const next = answered(sheet, 'a', { choice: 'not_applicable' });
    expect(next.answers).toEqual({ a: { comment: '嗯', choice: 'not_applicable' }, b: { comment: '哦' } });
    expect(next.answers.b).toBe(sheet.answers.b);
    const two = { ...sheet, remarks: [1, 2].map((n) => ({ kind: 'good' as const, text: String(n) })) };
    expect(remarked(two, 1, { text: '3' }).remarks.map(({ text }) => text)).toEqual(['1', '3']);
    expect(remarked(two, 0, null).remarks.map(({ text }) => text)).toEqual(['2']);
  });
});

describe('digits', () => {
  it('name options in their order, and 0 that it does not apply', () => {
    expect(choiceOf(item('a'), 2)).toEqual({ option: 'no' });
    expect(choiceOf(item('a'), 3)).toBeUndefined();
    expect(choiceOf(item('a'), 0)).toBeUndefined();
    expect(choiceOf(item('a', { not_applicable: true }), 0)).toBe('not_applicable');
  });

  it('say the same, or another', () => {
    expect(sameChoice({ option: 'a' }, { option: 'a' })).toBe(true);
    expect(sameChoice({ option: 'a' }, 'not_applicable')).toBe(false);
    expect(sameChoice(undefined, { option: 'a' })).toBe(false);
  });
});

describe('items that depend on others', () => {
  const form: Scorecard = {
    id: 'card',
    title: {},
    fatal: 0,
    sections: [
      {
        id: 's',
        title: {},
        weight: 100,
        items: [
          item('held'),
          item('thanked', { asked_when: { item: 'held', is: ['yes'] } }),
          item('twice', { asked_when: { item: 'thanked', is: ['no'] } }),
        ],
      },
    ],
  };
  const asked = (answers: Record<string, Answered>, suggested?: string) =>
    askedOf(form, answers, (id) => (id === 'held' ? suggested : undefined)).map(({ id }) => id);

  it('are asked when it was answered so', () => {
    expect(asked({})).toEqual(['held']);
    expect(asked({ held: { choice: { option: 'no' } } })).toEqual(['held']);
    expect(asked({ held: { choice: { option: 'yes' } } })).toEqual(['held', 'thanked']);
  });
  it('are asked by a suggestion, until a person says otherwise', () => {
    expect(asked({}, 'yes')).toEqual(['held', 'thanked']);
    expect(asked({ held: { choice: 'not_applicable' } }, 'yes')).toEqual(['held']);
    expect(counted(undefined, 'yes')).toBe('yes');
  });
  it('are not asked by what is not asked itself', () => {
    const answers = { thanked: { choice: { option: 'no' } } };
    expect(asked(answers)).toEqual(['held']);
    expect(asked({ ...answers, held: { choice: { option: 'yes' } } })).toEqual(['held', 'thanked', 'twice']);
  });
});

describe('the moment', () => {
  const turns = [turn(500, 1800), turn(2000, 4000)];
  it('is the turn that is spoken', () => {
    expect(momentAt(turns, 1000)).toEqual({ turn: 0, start_ms: 500, end_ms: 1800 });
    expect(momentAt(turns, 3000)).toEqual({ turn: 1, start_ms: 2000, end_ms: 4000 });
    expect(momentAt(turns, 9000)).toEqual({ turn: 1, start_ms: 2000, end_ms: 4000 });
  });
  it('is the second where nobody has spoken, or no words are there', () => {
    expect(momentAt(turns, 20.5)).toEqual({ start_ms: 0, end_ms: 1000 });
    expect(momentAt([], 61_500.25)).toEqual({ start_ms: 61_000, end_ms: 62_000 });
    expect(momentAt([turn(0, 0)], 5200, false)).toEqual({ start_ms: 5000, end_ms: 6000 });
  });
  it('stands once, in the order of the call', () => {
    const [first, second] = [momentAt(turns, 1000), momentAt(turns, 3000)];
    expect(pinned(pinned(pinned(undefined, second), first), second)).toEqual([first, second]);
  });
});

describe('the clock', () => {
  const due = '2026-11-23T08:00:00Z';
  it.each([
    ['2026-11-23T07:00:00Z', 60],
    ['2026-11-23T07:59:30Z', 1],
    ['2026-11-23T09:30:00Z', -90],
  ])('at %s has %i minutes', (now, left) => expect(minutesLeft(due, Date.parse(now))).toBe(left));
});
