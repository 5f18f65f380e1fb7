import { useSyncExternalStore } from 'react';

type Toast = { id: number; text: string; good: boolean };
const STAYS_MS = 3200;
let toasts: Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();

function set(next: Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function show(text: string, good: boolean): void {
  const id = ++count;
  set([...toasts.slice(-2), { id, text, good }]);
  setTimeout(() => set(toasts.filter((toast) => toast.id !== id)), STAYS_MS);
}

/** A word that goes by itself. */
export const toast = {
  good: (text: string) => show(text, true),
  bad: (text: string) => show(text, false),
};

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, good }) => (
        <p key={id} className={good ? 'good' : 'bad'}>
          {text}
        </p>
      ))}
    </div>
  );
}
