import { type Item, itemsOf, type Scorecard, type Section } from '../../api/scorecards';
import type { Answers } from './types';

/** The items that are asked, in order, as docs/scorecards.md has it: an item that is not asked asks for no other. `optionOf`
 * says which option of an item counts. */
export function askedItems(card: Scorecard, optionOf: (item: string) => string | null | undefined): Item[] {
  const said = new Map<string, string | null | undefined>();
  return itemsOf(card).filter(({ id, asked_when: when }) => {
    const option = when && said.get(when.item);
    if (when && (typeof option !== 'string' || !when.is.includes(option))) return false;
    said.set(id, optionOf(id));
    return true;
  });
}

/** What is asked with these answers. */
export const asked = (card: Scorecard, answers: Answers): Set<string> =>
  new Set(askedItems(card, (item) => answers[item]).map(({ id }) => id));

/** What an option moves: points, or none where the item is only asked. */
export function earns(item: Item, share: number | undefined): number | null {
  if (!item.points || share === undefined) return null;
  const points = item.counts === 'deducts' ? -item.points * (1 - share) : item.points * share;
  // No −0, and no 0.30000000000000004.
  return Math.round(points * 100) / 100 + 0;
}

const weighs = (item: Item) => item.counts === 'weighed' && item.points > 0;

/** The part of the total that a section has while all is answered, 0–1; none where it earns nothing. */
export function shareOf(section: Section, card: Scorecard): number | null {
  const counted = card.sections.filter((one) => one.items.some(weighs));
  const sum = counted.reduce((all, one) => all + one.weight, 0);
  return sum > 0 && counted.includes(section) ? section.weight / sum : null;
}

/** The points that a section's weighed items can earn. */
export function pointsOf(section: Section): number {
  return section.items.filter(weighs).reduce((all, item) => all + item.points, 0);
}

/** The line of a file in which an item, a section or an option of that id begins; 0 where there is none. */
export function lineOf(file: string, id: string): number {
  const place = file.split('\n').findIndex((line) => new RegExp(`\\bid:\\s*["']?${id}["']?\\s*([,}#]|$)`).test(line));
  return place + 1;
}
