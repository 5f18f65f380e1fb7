import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './queries';

/** What who is signed in may do. */
export function usePermission(): (permission: string) => boolean {
  const { data } = useQuery(sessionQuery);
  return (permission) => data?.permissions.includes(permission) ?? false;
}

/** Whether coaching sheets are to them those of their own: they sign them and write none. */
export function useOwnCoaching(): boolean {
  const may = usePermission();
  return may('coaching.sign') && !may('coaching.write');
}

/** Whether evaluations are to them the results of their own calls: they answer to them and judge none. */
export function useOwnResults(): boolean {
  const may = usePermission();
  return may('evaluations.answer') && !may('evaluations.write');
}
