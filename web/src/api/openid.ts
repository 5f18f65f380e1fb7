import { queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { Page, Title } from './types';

/** Who somebody is where the house's people sign in anyway. */
export type Identity = { issuer: string; subject: string; since: string };

/** Whether one can sign in elsewhere, and what the button says. */
export const openidQuery = queryOptions({
  queryKey: ['openid'],
  queryFn: ({ signal }) => api.get<{ label: Title | null }>('/openid', undefined, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const identitiesQuery = (user: string) =>
  queryOptions({
    queryKey: ['identities', user],
    queryFn: ({ signal }) => api.get<Page<Identity>>(`/users/${user}/identities`, undefined, signal),
  });

/** Leaves for the provider, to sign in or to join one's account; never comes back but by the provider. */
export async function goToProvider(to: 'begin' | 'join', next: string): Promise<never> {
  const { url } = await api.post<{ url: string }>(`/openid/${to}`, { next });
  location.assign(url);
  return new Promise(() => undefined);
}
