import { queryOptions } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { Named, Page } from '../../api/types';

export type Standard = {
  channels: number | null;
  formats: string[];
  min_sample_rate: number | null;
  naming: string | null;
  announcement: string | null;
  retention_days: number | null;
};
export type Project = Named & {
  former: string[];
  category: string | null;
  client: string | null;
  direction: string | null;
  zone: string;
  recording: Standard;
  packs: string[];
  archived_at: string | null;
  revision: number;
};
export type Team = Named & { former: string[]; leaders: Named[]; agents: number; archived_at: string | null };
export type Agent = { id: string; number: string; name: string | null; level: string | null; team: string | null };

const list = <T>(path: string) =>
  queryOptions({
    queryKey: ['settled', path],
    queryFn: ({ signal }) => api.get<Page<T>>(`/${path}`, undefined, signal),
  });
export const projectsQuery = list<Project>('projects');
export const teamsQuery = list<Team>('teams');
export const agentsQuery = list<Agent>('agents');
