import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { placesQuery, sessionQuery } from '../api/queries';
import { usePermission } from '../api/session';

/** In whose days and hours a part of the page speaks, where that is not the house. */
export const Zone = createContext<string | undefined>(undefined);

export function useZone(): string | undefined {
  const house = useHouseZone();
  return useContext(Zone) ?? house;
}

/** As the session tells it. */
function useHouseZone(): string | undefined {
  return useQueryClient().getQueryData(sessionQuery.queryKey)?.zone;
}

/** The zone of a project, by the server's own rule: where one project is meant and has its own, that; else the house's. */
export function useZoneOf(): (project: string | undefined) => string | undefined {
  const may = usePermission();
  const house = useHouseZone();
  const { data } = useQuery({ ...placesQuery, enabled: may('conversations.list') });
  return (project) => data?.projects.find((one) => one.id === project)?.zone ?? house;
}

/** Which day it is there: 2026-11-22. Without a zone, in this browser's. */
export function dayIn(zone: string | undefined, now: Date = new Date()): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(now);
}
