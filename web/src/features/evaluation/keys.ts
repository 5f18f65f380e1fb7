/** What a key asks for at the desk, apart from the keys of listening. */
export type Asked =
  | { kind: 'next' | 'previous' | 'evidence' | 'comment' | 'good' | 'better' | 'submit' | 'keys' }
  | { kind: 'choice'; digit: number };

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>;

const LETTERS = new Map<string, Exclude<Asked['kind'], 'choice'>>([
  ['j', 'next'],
  ['k', 'previous'],
  ['e', 'evidence'],
  ['c', 'comment'],
  ['g', 'good'],
  ['b', 'better'],
  ['?', 'keys'],
  // As a Chinese keyboard types it.
  ['？', 'keys'],
]);

/** Null where the key is for others. Who holds a key down goes on through the items, and changes nothing twice. */
export function askedBy({ key, ctrlKey, metaKey, altKey, repeat }: Pressed): Asked | null {
  if (altKey) return null;
  if (ctrlKey || metaKey) return key === 'Enter' && !repeat ? { kind: 'submit' } : null;
  const kind = LETTERS.get(key.toLowerCase());
  if (kind === 'next' || kind === 'previous') return { kind };
  if (repeat) return null;
  if (/^[0-9]$/.test(key)) return { kind: 'choice', digit: Number(key) };
  return kind ? { kind } : null;
}
