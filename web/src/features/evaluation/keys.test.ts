import { describe, expect, it } from 'vitest';
import { askedBy } from './keys';

const press = (key: string, more: Partial<Parameters<typeof askedBy>[0]> = {}) =>
  askedBy({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...more });

describe('keys at the desk', () => {
  it.each([
    ['j', 'next'],
    ['K', 'previous'],
    ['e', 'evidence'],
    ['C', 'comment'],
    ['g', 'good'],
    ['b', 'better'],
    ['?', 'keys'],
    ['？', 'keys'],
  ])('%s asks for %s', (key, kind) => expect(press(key)).toEqual({ kind }));

  it('take digits for options', () => {
    expect(press('1')).toEqual({ kind: 'choice', digit: 1 });
    expect(press('0')).toEqual({ kind: 'choice', digit: 0 });
  });

  it('submit only together with another', () => {
    expect(press('Enter')).toBeNull();
    expect(press('Enter', { ctrlKey: true })).toEqual({ kind: 'submit' });
    expect(press('Enter', { metaKey: true })).toEqual({ kind: 'submit' });
  });

  it("leave the browser's own alone", () => {
    for (const key of ['c', 'e', '1', 'j']) {
      expect(press(key, { ctrlKey: true })).toBeNull();
      expect(press(key, { altKey: true })).toBeNull();
    }
    for (const key of [' ', 'ArrowLeft', '[', 'Tab', 'F5', 'constructor']) expect(press(key)).toBeNull();
  });

  it('held down move on, and answer once', () => {
    expect(press('j', { repeat: true })).toEqual({ kind: 'next' });
    for (const key of ['1', 'e', 'g']) expect(press(key, { repeat: true })).toBeNull();
    expect(press('Enter', { ctrlKey: true, repeat: true })).toBeNull();
  });
});
