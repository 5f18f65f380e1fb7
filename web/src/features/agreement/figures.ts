import type { Agreement, Estimate, Interval, ItemCompared, Machine } from '../../api/agreement';

/** Two decimals and a true minus. */
export function coefficient(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

/** Points above or below, with their sign. */
export function points(value: number): string {
  const text = Math.abs(value).toFixed(1);
  return text === '0.0' ? '±0.0' : `${value > 0 ? '+' : '−'}${text}`;
}

/** What was measured of an agreement, by its place in it: a figure with its interval, or why there is none. */
export type Measured = { value: number | null; interval: Interval | null; why?: string };

/**
 * Krippendorff's customary bounds (2018): what may be relied on, what for tentative conclusions only. Where the interval
 * does not tell the one from the other extreme, or there is none, it is open.
 */
export type Standing = 'reliable' | 'tentative' | 'unreliable' | 'open';
export function standing({ value, interval }: Measured): Standing {
  if (value === null || !interval || (interval.low < 0.667 && interval.high >= 0.8)) return 'open';
  return value >= 0.8 ? 'reliable' : value >= 0.667 ? 'tentative' : 'unreliable';
}

export function percentOf(of: Agreement | null): Measured {
  return { value: of?.percent ?? null, interval: of?.intervals.percent ?? null, why: of?.absent.percent };
}

/** Agreement beyond chance: Cohen's kappa where two judged, else Fleiss's. */
export function kappaOf(of: Agreement | null): Measured {
  const two = of?.raters.length === 2;
  const name = two ? 'cohen_kappa' : 'fleiss_kappa';
  return { value: of?.[name] ?? null, interval: of?.intervals[name] ?? null, why: of?.absent[name] };
}

export function alphaOf(of: Agreement | null, scale: 'nominal' | 'ordinal' | 'interval'): Measured {
  return {
    value: of?.krippendorff_alpha[scale] ?? null,
    interval: of?.intervals.krippendorff_alpha[scale] ?? null,
    why: of?.absent[`krippendorff_alpha.${scale}`],
  };
}

export function estimated(of: Estimate | null, why?: string): Measured {
  return { value: of?.value ?? null, interval: of?.interval ?? null, why };
}

/** Of what was suggested, how much people confirmed; of what people said, how much was suggested. */
export function precision({ confirmed, changed }: Machine): number | null {
  return confirmed + changed ? confirmed / (confirmed + changed) : null;
}
export function recall({ confirmed, missed }: Machine): number | null {
  return confirmed + missed ? confirmed / (confirmed + missed) : null;
}

/** Those of which people agree least come first; of which nothing is known, last. */
export function leastFirst(items: ItemCompared[]): ItemCompared[] {
  const at = (item: ItemCompared) => item.people?.percent ?? Number.POSITIVE_INFINITY;
  return [...items].sort((one, other) => {
    const [first, second] = [at(one), at(other)];
    return first === second ? 0 : first - second;
  });
}

/** The words for why a figure is missing, as the server says it. */
const WHY: Record<string, string> = {
  'no unit has two ratings': 'no_pairs',
  'fewer than two units with two ratings': 'one_unit',
  'one rater only': 'one_rater',
  'one category only: agreement by chance cannot be told from agreement': 'one_category',
  'some units lack ratings of some raters': 'incomplete',
  'the units do not differ': 'no_variation',
  'the raters fall into groups that share no unit': 'unconnected',
  'too few ratings to tell raters from units': 'no_freedom',
};
export function whyKey(why: string | undefined): string {
  return `agreement.absent.${(why && WHY[why]) || 'other'}`;
}
