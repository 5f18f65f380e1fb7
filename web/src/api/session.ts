import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './queries';

/** What who is signed in may do. */
export function usePermission(): (permission: string) => boolean {
  const { data } = useQuery(sessionQuery);
  return (permission) => data?.permissions.includes(permission) ?? false;
}
