import { useCallback, useState } from 'react';

/** `localStorage` stays; `sessionStorage` goes with the window. */
type Where = 'localStorage' | 'sessionStorage';

function read<T>(key: string, otherwise: T, where: Where): T {
  try {
    const text = window[where].getItem(key);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

/** A state that this browser keeps. */
export function useKept<T>(key: string, otherwise: T, where: Where = 'localStorage'): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => read(key, otherwise, where));
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      try {
        window[where].setItem(key, JSON.stringify(next));
      } catch {
        // A full or closed store only means that it is forgotten.
      }
    },
    [key, where],
  );
  return [value, keep];
}
