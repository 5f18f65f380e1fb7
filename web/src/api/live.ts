import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { address } from './client';
import type { Coaching } from './coaching';
import type { Change } from './types';

type Live = { open: boolean; received: number };

let live: Live = { open: false, received: 0 };
const listeners = new Set<() => void>();

function tell(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether changes arrive, and how many conversations came in since the page opened. */
export function useLive(): Live {
  return useSyncExternalStore(subscribe, () => live);
}

const EVERY_MS = 1000;
const OVERVIEW_EVERY_MS = 5000;

/** Keeps what is shown up to date while events arrive, however many: each thing is asked for at most once a second. */
export function useEvents(client: QueryClient): void {
  useEffect(() => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    let overviewAt = 0;
    let subjects = new Set<string>();
    let pending = 0;
    let published = false;
    let evaluated = false;
    let coached = false;

    const flush = () => {
      timer = undefined;
      const changed = subjects;
      subjects = new Set();
      if (pending) tell({ received: live.received + pending });
      pending = 0;
      if (published) {
        void client.invalidateQueries({ queryKey: ['rules'] });
        void client.invalidateQueries({ queryKey: ['explanation'] });
      }
      published = false;
      // One that is open stays as it is: each look at it is written down, and it may be being written.
      if (evaluated) {
        for (const key of ['evaluations', 'work-list', 'draws', 'draw'])
          void client.invalidateQueries({ queryKey: [key] });
      }
      evaluated = false;
      if (coached) {
        void client.invalidateQueries({ queryKey: ['coaching'] });
        void client.invalidateQueries({
          predicate: ({ queryKey, state }) =>
            queryKey[0] === 'coaching-sheet' &&
            changed.has(String(queryKey[1])) &&
            // What is being written must not change under the hands.
            !(state.data as Coaching | undefined)?.may.includes('write'),
        });
      }
      coached = false;
      void client.invalidateQueries({ queryKey: ['work'] });
      void client.invalidateQueries({
        predicate: ({ queryKey }) =>
          queryKey[0] === 'conversation' &&
          changed.has(String(queryKey[1])) &&
          !(queryKey[2] as { unmask: boolean }).unmask,
      });
      if (Date.now() - overviewAt >= OVERVIEW_EVERY_MS) {
        overviewAt = Date.now();
        void client.invalidateQueries({ queryKey: ['overview'] });
      }
    };

    const open = () => {
      source = new EventSource(address('/events'));
      source.onopen = () => tell({ open: true });
      source.onerror = () => {
        tell({ open: false });
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, 10_000);
      };
      source.addEventListener('change', (event) => {
        const change = JSON.parse((event as MessageEvent<string>).data) as Change;
        subjects.add(change.subject);
        if (change.kind === 'conversation.received') pending += 1;
        if (change.kind === 'rules.published') published = true;
        if (change.kind === 'evaluation.changed') evaluated = true;
        if (change.kind === 'coaching.changed') coached = true;
        timer ??= setTimeout(flush, EVERY_MS);
      });
    };

    open();
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
      source?.close();
      tell({ open: false });
    };
  }, [client]);
}
