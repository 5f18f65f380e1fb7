// What is written on a card, apart from how it looks.
import type { Answered, Choice, Evaluation, Moment, Remark, Sheet } from '../../api/evaluations';
import type { Item, Scorecard } from '../../api/scorecards';
import type { Turn } from '../../api/types';
import { turnAt } from '../conversation/marks';
import { askedItems } from '../scorecards/asked';

const SECOND_MS = 1000;
type Said = Choice | null | undefined;

/** What of an evaluation its inspector wrote: suggestions are the machine's and stay beside. */
export function sheetOf({ answers, remarks }: Pick<Evaluation, 'answers' | 'remarks'>): Sheet {
  return {
    answers: Object.fromEntries(
      Object.entries(answers).map(([item, { choice, comment, evidence }]) => [
        item,
        { choice: choice ?? undefined, comment: comment ?? '', evidence: evidence ?? [] },
      ]),
    ),
    remarks: remarks.map((remark) => ({ ...remark, evidence: remark.evidence ?? [] })),
  };
}

/** What is sent: all but what is empty. */
export function sent({ answers, remarks }: Sheet): Sheet {
  return {
    answers: Object.fromEntries(
      Object.entries(answers).flatMap(([item, { choice, comment, evidence }]) => {
        const kept: Answered = {};
        if (choice) kept.choice = choice;
        if (comment?.trim()) kept.comment = comment;
        if (evidence?.length) kept.evidence = evidence;
        return Object.keys(kept).length ? [[item, kept]] : [];
      }),
    ),
    remarks: remarks.filter(({ text, evidence }) => text.trim() !== '' || evidence?.length),
  };
}

export function answered(sheet: Sheet, item: string, change: Partial<Answered>): Sheet {
  return { ...sheet, answers: { ...sheet.answers, [item]: { ...sheet.answers[item], ...change } } };
}

export function remarked(sheet: Sheet, place: number, change: Partial<Remark> | null): Sheet {
  return {
    ...sheet,
    remarks: change
      ? sheet.remarks.map((one, index) => (index === place ? { ...one, ...change } : one))
      : sheet.remarks.filter((_, index) => index !== place),
  };
}

/** What a digit says to an item: its options in their order from 1, 0 that it does not apply. */
export function choiceOf(item: Item, digit: number): Choice | undefined {
  if (digit === 0) return item.not_applicable ? 'not_applicable' : undefined;
  const option = item.options[digit - 1];
  return option && { option: option.id };
}

export function sameChoice(one: Said, other: Said): boolean {
  if (!one || !other) return !one && !other;
  return typeof one === 'object' && typeof other === 'object' ? one.option === other.option : one === other;
}

/** The option that counts: what the person said, else what was suggested. */
export function counted(choice: Said, suggested: string | undefined): string | undefined {
  if (!choice) return suggested;
  return choice === 'not_applicable' ? undefined : choice.option;
}

/** The items that are asked as the answers stand, in order: the server says so too, but only once they are saved. */
export const askedOf = (form: Scorecard, answers: Sheet['answers'], suggested: (item: string) => string | undefined) =>
  askedItems(form, (item) => counted(answers[item]?.choice, suggested(item)));

/** Where one is in the call: the turn that is spoken; without words, or before the first of them, the second. */
export function momentAt(turns: Turn[], ms: number, timed = true): Moment {
  const turn = timed ? turnAt(turns, ms) : -1;
  const said = turns[turn];
  if (said) return momentOf(said, turn);
  const start = Math.floor(ms / SECOND_MS) * SECOND_MS;
  return { start_ms: start, end_ms: start + SECOND_MS };
}

export function momentOf(turn: Turn, place: number): Moment {
  return { turn: place, start_ms: turn.start_ms, end_ms: Math.max(turn.start_ms, turn.end_ms) };
}

export function sameMoment(one: Moment, other: Moment): boolean {
  return one.turn === other.turn && one.start_ms === other.start_ms && one.end_ms === other.end_ms;
}

/** One more place, in the order of the call; the same place is no second one. */
export function pinned(evidence: Moment[] | undefined, moment: Moment): Moment[] {
  const kept = evidence ?? [];
  if (kept.some((one) => sameMoment(one, moment))) return kept;
  return [...kept, moment].sort((one, other) => one.start_ms - other.start_ms);
}

/** How long until it is due, or how long it is over: whole minutes, the sign says which. */
export function minutesLeft(due: string, now: number): number {
  return Math.ceil((Date.parse(due) - now) / 60_000);
}
