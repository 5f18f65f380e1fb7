import type { Finding, Severity } from '../../api/types';

const WEIGHT: Record<Severity, number> = { info: 0, minor: 1, major: 2, fatal: 3 };

/** A stretch of a turn: plain, or found by some findings (their places), the gravest first. */
export type Stretch = { text: string; from: number; findings: number[] };

/** Cuts a turn's text where findings begin and end. Places count characters as a reader does, not UTF-16 units. */
export function stretches(text: string, findings: Finding[]): Stretch[] {
  const chars = Array.from(text);
  const marked = findings.filter((one) => one.chars && one.chars[0] < one.chars[1] && one.chars[0] < chars.length);
  if (!marked.length) return [{ text, from: 0, findings: [] }];
  const cuts = new Set([0, chars.length]);
  for (const { chars: range } of marked) {
    cuts.add(Math.max(0, range![0]));
    cuts.add(Math.min(chars.length, range![1]));
  }
  const edges = [...cuts].sort((one, other) => one - other);
  return edges.slice(1).map((to, index) => {
    const from = edges[index]!;
    const here = marked
      .filter(({ chars: range }) => range![0] <= from && range![1] >= to)
      .sort((one, other) => WEIGHT[other.severity] - WEIGHT[one.severity]);
    return { text: chars.slice(from, to).join(''), from, findings: here.map((one) => one.place) };
  });
}

/** By time, what concerns the whole conversation first. */
export function inOrder(findings: Finding[]): Finding[] {
  const at = (one: Finding) => one.start_ms ?? (one.turn === null || one.turn === undefined ? -1 : one.turn);
  return [...findings].sort((one, other) => at(one) - at(other) || one.place - other.place);
}

/** The turn that is heard at a time: of those that have begun, the last. -1 before the first. */
export function turnAt(turns: { start_ms: number }[], ms: number): number {
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turns[middle]!.start_ms <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
