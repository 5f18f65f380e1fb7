import type { Draw, DrawnItem } from '../../api/draws';

/** Stands for no inspector. */
export const NOBODY = '';

/** How far somebody is with a draw; of nobody, what waits. */
export type Share = { id: string; name: string; open: number; draft: number; done: number };

/** How far each is, who has most left first; what nobody has is last. */
export function sharesOf(items: DrawnItem[]): Share[] {
  const all = new Map<string, Share>();
  for (const { inspector, state } of items.flatMap((item) => item.seats)) {
    const id = inspector?.id ?? NOBODY;
    const one = all.get(id) ?? { id, name: inspector?.name ?? '', open: 0, draft: 0, done: 0 };
    all.set(id, { ...one, [state]: one[state] + 1 });
  }
  const left = (one: Share) => (one.id === NOBODY ? -1 : one.open + one.draft);
  return [...all.values()].sort((a, b) => left(b) - left(a));
}

/** The calls that are chosen and may still be moved. */
export const pickedOf = ({ items }: Draw, chosen: ReadonlySet<string>): DrawnItem[] =>
  items.filter((item) => chosen.has(item.conversation.id) && movable(item));

/** Whether somebody has not begun it. */
export const movable = (item: DrawnItem): boolean => item.seats.some((seat) => seat.state === 'open');
