import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type Query, rememberCsrf } from './client';
import type {
  Conversation,
  Judgement,
  Overview,
  OwnSession,
  Page,
  Peaks,
  Places,
  Refusal,
  Rules,
  Session,
  Token,
  Transcript,
  User,
  Work,
  WorkState,
} from './types';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await api.get<Session>('/session', undefined, signal);
    rememberCsrf(session.csrf);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  retry: false,
});

export const overviewQuery = (query: Query) =>
  queryOptions({
    queryKey: ['overview', query],
    queryFn: ({ signal }) => api.get<Overview>('/overview', query, signal),
    placeholderData: keepPreviousData,
  });

export const placesQuery = queryOptions({
  queryKey: ['places'],
  queryFn: ({ signal }) => api.get<Places>('/places', undefined, signal),
  staleTime: 5 * 60_000,
});

export const conversationQuery = (id: string, unmask: boolean) =>
  queryOptions({
    queryKey: ['conversation', id, { unmask }],
    queryFn: ({ signal }) =>
      api.get<Conversation>(`/conversations/${id}`, { unmask: unmask ? 'true' : undefined }, signal),
    // Being seen in full is written down each time: never asked for again behind one's back.
    staleTime: unmask ? Number.POSITIVE_INFINITY : undefined,
    gcTime: unmask ? 0 : undefined,
  });

export const transcriptQuery = (id: string, transcript: string, unmask: boolean) =>
  queryOptions({
    queryKey: ['transcript', id, transcript, { unmask }],
    queryFn: ({ signal }) =>
      api.get<Transcript>(
        `/conversations/${id}/transcripts/${transcript}`,
        { unmask: unmask ? 'true' : undefined },
        signal,
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const judgementQuery = (id: string, judgement: string) =>
  queryOptions({
    queryKey: ['judgement', id, judgement],
    queryFn: ({ signal }) => api.get<Judgement>(`/conversations/${id}/judgements/${judgement}`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const peaksQuery = (id: string) =>
  queryOptions({
    queryKey: ['peaks', id],
    queryFn: ({ signal }) => api.get<Peaks>(`/conversations/${id}/peaks`, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: ({ signal }) => api.get<Rules>('/rules', undefined, signal),
  staleTime: 5 * 60_000,
});

export const explanationQuery = (rule: string, lang: 'zh' | 'en') =>
  queryOptions({
    queryKey: ['explanation', rule, lang],
    queryFn: ({ signal }) =>
      api.get<{ text: string }>(`/rules/${encodeURIComponent(rule)}/explanation`, { lang }, signal),
    staleTime: 5 * 60_000,
  });

export const workQuery = (state: WorkState) =>
  queryOptions({
    queryKey: ['work', state],
    queryFn: ({ signal }) => api.get<Work>('/work', { state, limit: 200 }, signal),
    placeholderData: keepPreviousData,
  });

export const refusalsQuery = infiniteQueryOptions({
  queryKey: ['refusals'],
  queryFn: ({ pageParam, signal }) =>
    api.get<Page<Refusal>>('/intake/refusals', { cursor: pageParam, limit: 50 }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => everything<User>('/users', signal),
});

export const ownSessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => api.get<Page<OwnSession>>('/sessions', undefined, signal),
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => api.get<Page<Token>>('/tokens', undefined, signal),
});

/** All of a list that is never long. */
async function everything<T>(path: string, signal: AbortSignal): Promise<Page<T>> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await api.get<Page<T>>(path, { limit: 500, cursor }, signal);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return { items, next: null };
}
