import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DrawRow, WorkState } from '../../api/draws';
import { placesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import { useFormat } from '../../ui/format';
import { Moment } from '../../ui/parts';
import './draws.css';

export function WorkTag({ state }: { state: WorkState }) {
  const { t } = useTranslation();
  return <span className={`state work-${state}`}>{t(`draws.states.${state}`)}</span>;
}

/** Until when, and whether that is past. */
export function DueAt({ row }: { row: { due_at: string; late: boolean } }) {
  const { t } = useTranslation();
  return (
    <>
      <Moment at={row.due_at} /> {row.late && <span className="tag severity-fatal">{t('draws.late')}</span>}
    </>
  );
}

/** How much of a whole, as a bar; the figures stand beside it. */
export function Bar({ part, whole }: { part: number; whole: number }) {
  return (
    <span className="draw-bar" aria-hidden="true">
      <i style={{ width: `${whole ? (part / whole) * 100 : 0}%` }} />
    </span>
  );
}

export function Progress({ row }: { row: Pick<DrawRow, 'open' | 'draft' | 'done'> }) {
  const { t } = useTranslation();
  const all = row.open + row.draft + row.done;
  return (
    <span className="draw-progress">
      <Bar part={row.done} whole={all} />
      <span>{t('draws.done_of', { done: row.done, all })}</span>
    </span>
  );
}

/** Whether a project is known to have no category: bounds are of categories. */
export function useBoundless(): (project: string) => boolean {
  const may = usePermission();
  const { data } = useQuery({ ...placesQuery, enabled: may('conversations.list') });
  return (project) => data?.projects.find((one) => one.id === project)?.category === null;
}

/** Of which time calls were drawn: plain days where it begins and ends with them. */
export function Span({ row }: { row: Pick<DrawRow, 'from' | 'to'> }) {
  const format = useFormat();
  const [from, to] = [format.minute(row.from), format.minute(row.to)];
  if (!from.endsWith('00:00') || !to.endsWith('00:00')) return `${from} – ${to}`;
  const [first, last] = [format.day(row.from), format.day(Date.parse(row.to) - 1)];
  return first === last ? first : `${first} – ${last}`;
}
