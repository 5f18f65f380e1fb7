import { describe, expect, it } from 'vitest';
import type { Draw, DrawnItem, Seat, WorkState } from '../../api/draws';
import { movable, NOBODY, pickedOf, sharesOf } from './seats';

const seat = (id: string | null, state: WorkState): Seat => ({
  inspector: id === null ? null : { id, name: id.toUpperCase() },
  state,
  evaluation: null,
});
const call = (id: string, ...seats: Seat[]) => ({ conversation: { id }, seats }) as DrawnItem;

const ITEMS = [
  call('1', seat('a', 'done'), seat('b', 'open')),
  call('2', seat('b', 'draft'), seat(null, 'open')),
  call('3', seat('a', 'done'), seat('b', 'done')),
];

describe('the seats of a draw', () => {
  it('are told by inspector, who has most left first, nobody last', () => {
    expect(sharesOf(ITEMS)).toEqual([
      { id: 'b', name: 'B', open: 1, draft: 1, done: 1 },
      { id: 'a', name: 'A', open: 0, draft: 0, done: 2 },
      { id: NOBODY, name: '', open: 1, draft: 0, done: 0 },
    ]);
    expect(sharesOf([])).toEqual([]);
  });

  it('are moved of chosen calls that are not begun', () => {
    const draw = { items: ITEMS } as Draw;
    const picked = (...ids: string[]) => pickedOf(draw, new Set(ids)).map((item) => item.conversation.id);
    expect(ITEMS.map(movable)).toEqual([true, true, false]);
    expect(picked()).toEqual([]);
    expect(picked('2', '3')).toEqual(['2']);
  });
});
