import type { Turn } from '../../api/types';

export type Pair = { left: number | null; right: number | null };

/** Sets the turns of two transcripts beside each other: the same voice at the same time. */
export function paired(left: Turn[], right: Turn[]): Pair[] {
  const used = new Set<number>();
  const pairs: (Pair & { at: number })[] = left.map((turn, index) => {
    let best = -1;
    let most = 0;
    right.forEach((other, place) => {
      if (used.has(place) || other.role !== turn.role) return;
      const overlap = Math.min(turn.end_ms, other.end_ms) - Math.max(turn.start_ms, other.start_ms);
      if (overlap > most) {
        most = overlap;
        best = place;
      }
    });
    if (best >= 0) used.add(best);
    return { left: index, right: best >= 0 ? best : null, at: turn.start_ms };
  });
  right.forEach((turn, place) => {
    if (!used.has(place)) pairs.push({ left: null, right: place, at: turn.start_ms });
  });
  return pairs
    .sort((one, other) => one.at - other.at)
    .map(({ left: one, right: other }) => ({ left: one, right: other }));
}

export type Part = { text: string; same: boolean };

const MOST = 1200;

/** What two texts share and what only one has, character by character. */
export function differences(one: string, other: string): { left: Part[]; right: Part[] } {
  const a = Array.from(one);
  const b = Array.from(other);
  if (one === other) return { left: [{ text: one, same: true }], right: [{ text: other, same: true }] };
  if (a.length > MOST || b.length > MOST) {
    return { left: [{ text: one, same: false }], right: [{ text: other, same: false }] };
  }
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  const left: Part[] = [];
  const right: Part[] = [];
  const add = (parts: Part[], char: string, same: boolean) => {
    const last = parts.at(-1);
    if (last && last.same === same) last.text += char;
    else parts.push({ text: char, same });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add(left, a[i]!, true);
      add(right, b[j]!, true);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)) {
      add(left, a[i++]!, false);
    } else {
      add(right, b[j++]!, false);
    }
  }
  return { left, right };
}
