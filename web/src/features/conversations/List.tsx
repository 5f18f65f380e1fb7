import { Link, useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Button } from 'antd';
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hit, Row } from '../../api/types';
import type { Choice } from '../../filter';
import { clock, DIMENSIONS, useFormat } from '../../ui/format';
import { Direction, ScoreCell, StateTag } from '../../ui/parts';
import type { Column } from './columns';

const HEAD = 33;
const ROW = 35;
const PHONE_ROW = 66;
const SNIPPET = 23;
/** How far ahead of what is seen the next page is asked for, in rows. */
const AHEAD = 60;
/** Where each list was left, so that coming back finds it there. */
const left = new Map<string, number>();

type Props = {
  name: string;
  rows: Row[];
  total: number | null;
  columns: Column[];
  choice: Choice;
  phone: boolean;
  more: boolean;
  loading: boolean;
  failed: boolean;
  onMore: () => void;
  onSort: (sort: string) => void;
};

/** Only the rows in view are drawn, only the pages that were reached are read. */
export function List({ name, rows, total, columns, choice, phone, more, loading, failed, onMore, onSort }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const holder = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(-1);
  const height = phone ? PHONE_ROW : ROW;
  const top = phone ? 0 : HEAD;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => holder.current,
    estimateSize: (place) => height + (rows[place]?.hits?.length ?? 0) * SNIPPET,
    overscan: 12,
    scrollMargin: top,
    scrollPaddingStart: top,
    initialOffset: left.get(name) ?? 0,
    getItemKey: (place) => rows[place]?.id ?? place,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights depend on these
  useEffect(() => virtual.measure(), [height, virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && !loading && !failed && last >= rows.length - AHEAD) onMore();
  }, [more, loading, failed, last, rows.length, onMore]);

  const template = columns.map((column) => column.track).join(' ');
  const sort = choice.sort ?? 'newest';
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[event.key];
    if (step) {
      event.preventDefault();
      const next = Math.max(0, Math.min(rows.length - 1, active + step));
      setActive(next);
      virtual.scrollToIndex(next);
    } else if (event.key === 'Enter' && event.target === holder.current && rows[active]) {
      void navigate({ to: '/conversations/$id', params: { id: rows[active].id }, search: found(rows[active]) });
    }
  };

  return (
    <div className={`list ${phone ? 'phone-list' : ''}`}>
      <div
        ref={holder}
        className="list-body"
        role="table"
        aria-label={t('nav.conversations')}
        aria-rowcount={total ?? -1}
        tabIndex={0}
        onKeyDown={keys}
        onScroll={(event) => left.set(name, event.currentTarget.scrollTop)}
      >
        {!phone && (
          <div role="rowgroup">
            <div className="list-head list-grid" role="row" style={{ gridTemplateColumns: template }}>
              {columns.map((column) => (
                <div
                  key={column.key}
                  role="columnheader"
                  className={column.right ? 'num' : ''}
                  aria-sort={
                    column.sort?.includes(sort)
                      ? sort === 'oldest' || sort === 'compliance' || sort === 'experience'
                        ? 'ascending'
                        : 'descending'
                      : undefined
                  }
                >
                  {column.sort ? (
                    <button
                      type="button"
                      onClick={() => {
                        const [first, other] = column.sort!;
                        onSort(sort === first ? (other ?? 'newest') : first);
                      }}
                    >
                      {t(`column.${column.key}`)}
                      {column.sort.includes(sort) && (
                        <span aria-hidden="true">
                          {['oldest', 'compliance', 'experience'].includes(sort) ? ' ↑' : ' ↓'}
                        </span>
                      )}
                    </button>
                  ) : (
                    t(`column.${column.key}`)
                  )}
                </div>
              ))}
            </div>
          </div>
        )}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
          {items.map((item) => {
            const row = rows[item.index];
            return (
              row && (
                <ListRow
                  key={item.key}
                  row={row}
                  place={item.index}
                  start={item.start - top}
                  size={item.size}
                  columns={columns}
                  template={template}
                  phone={phone}
                  active={item.index === active}
                />
              )
            );
          })}
        </div>
        <div className="list-foot" role="rowgroup">
          <div role="row">
            <div role="cell">
              {failed ? (
                <Button size="small" onClick={onMore}>
                  {t('again')}
                </Button>
              ) : loading ? (
                t('list.loading')
              ) : more ? (
                ''
              ) : (
                t('list.end')
              )}
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}

/** With a text sought for, a conversation opens where it was said. */
function found(row: Row): { turn?: string } {
  const turn = row.hits?.[0]?.turn;
  return turn === undefined ? {} : { turn: String(turn) };
}

type RowProps = {
  row: Row;
  place: number;
  start: number;
  size: number;
  columns: Column[];
  template: string;
  phone: boolean;
  active: boolean;
};

const ListRow = memo(function ListRow({ row, place, start, size, columns, template, phone, active }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const open = (event: MouseEvent) => {
    if ((event.target as Element).closest('a') || window.getSelection()?.toString()) return;
    if (event.metaKey || event.ctrlKey) window.open(`/conversations/${row.id}`);
    else void navigate({ to: '/conversations/$id', params: { id: row.id }, search: found(row) });
  };
  return (
    <div
      className={`list-row ${active ? 'active' : ''}`}
      role="row"
      aria-rowindex={place + 1}
      style={{ transform: `translateY(${start}px)`, height: size }}
      onClick={open}
    >
      {phone ? (
        <PhoneRow row={row} />
      ) : (
        <div className="list-grid" style={{ gridTemplateColumns: template }} role="presentation">
          {columns.map((column, index) => (
            <div key={column.key} role="cell" className={column.right ? 'num' : ''}>
              {index === 0 ? (
                <Link
                  to="/conversations/$id"
                  params={{ id: row.id }}
                  search={found(row)}
                  className="plain-link"
                  preload={false}
                >
                  {column.cell(row, format, t)}
                </Link>
              ) : (
                column.cell(row, format, t)
              )}
            </div>
          ))}
        </div>
      )}
      {row.hits?.map((hit) => (
        <Snippet key={hit.turn} row={row} hit={hit} />
      ))}
    </div>
  );
});

function PhoneRow({ row }: { row: Row }) {
  const format = useFormat();
  return (
    <div role="cell" className="phone-row">
      <div>
        <Link
          to="/conversations/$id"
          params={{ id: row.id }}
          search={found(row)}
          className="plain-link"
          preload={false}
        >
          <b>{row.agent?.name ?? row.external_id}</b>
        </Link>
        <span className="quiet">{format.short(row.at)}</span>
        <span className="phone-scores">
          {row.scores ? (
            DIMENSIONS.map((dimension) => (
              <span key={dimension} className={`phone-score ${dimension}`}>
                <ScoreCell scores={row.scores} dimension={dimension} />
              </span>
            ))
          ) : (
            <StateTag state={row.state} />
          )}
        </span>
      </div>
      <div className="quiet">
        <span className="phone-place">{row.project?.name ?? row.queue ?? row.source}</span>
        <Direction direction={row.direction} />
        <span className="num">{row.duration_ms === null ? '' : clock(row.duration_ms)}</span>
      </div>
    </div>
  );
}

const BEFORE = 16;

/** The line in which the text stands, beginning a little before it. */
function Snippet({ row, hit }: { row: Row; hit: Hit }) {
  const { t } = useTranslation();
  const chars = Array.from(hit.text);
  const from = Math.max(0, (hit.marks[0]?.[0] ?? 0) - BEFORE);
  const parts: (string | { text: string })[] = [];
  let at = from;
  for (const [start, end] of hit.marks) {
    parts.push(chars.slice(at, start).join(''), { text: chars.slice(start, end).join('') });
    at = end;
  }
  parts.push(chars.slice(at).join(''));
  return (
    <div role="cell" className={`snippet role-${hit.role}`}>
      <Link
        to="/conversations/$id"
        params={{ id: row.id }}
        search={{ turn: String(hit.turn) }}
        className="plain-link"
        preload={false}
      >
        <span className="snippet-role">{t(`role.${hit.role}`, { defaultValue: hit.role })}</span>
        {from > 0 && '…'}
        {parts.map((part, index) => (typeof part === 'string' ? part : <mark key={index}>{part.text}</mark>))}
      </Link>
    </div>
  );
}
