import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Checkbox, Input, Popover, Select } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address, api } from '../../api/client';
import { useLive } from '../../api/live';
import { placesQuery, rulesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { Row, Rows } from '../../api/types';
import { asked, type Choice, LIST_PERIOD } from '../../filter';
import { agentText, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useKept } from '../../ui/kept';
import { PeriodPicker } from '../../ui/PeriodPicker';
import { Pick } from '../../ui/Pick';
import { Card, Nothing, PageHead, Trouble, Waiting } from '../../ui/parts';
import { SearchInput } from '../../ui/SearchInput';
import { usePhone } from '../../ui/useMedia';
import { dayIn, useZoneOf, Zone } from '../../ui/zone';
import { COLUMNS, STANDARD_COLUMNS } from './columns';
import { List } from './List';
import { leaveTrail } from './trail';
import { Views } from './Views';
import './conversations.css';

const PAGE = 100;
/** Who scrolls on goes far: the server's largest pages, unless each row has to be looked through for the words sought. */
const FURTHER = 500;
const SORTS = ['newest', 'oldest', 'risk', 'compliance', 'experience', 'duration'];
const STATES = ['judged', 'waiting', 'failed', 'silent', 'record'];
const LANGUAGES = ['zh-CN', 'en'];

export function ConversationsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const phone = usePhone();
  const navigate = useNavigate();
  const client = useQueryClient();
  const choice = useSearch({ from: '/shell/conversations' }) as Choice;
  const [columns, setColumns] = useKept('lingjian.columns', STANDARD_COLUMNS);
  const [filters, setFilters] = useState(false);
  const change = (next: Choice) =>
    void navigate({ to: '/conversations', search: { ...choice, ...next }, replace: true });

  const zoneOf = useZoneOf();
  const zone = choice.zone ?? zoneOf(choice.project);
  const request = asked(choice, LIST_PERIOD, dayIn(zone));
  const key = ['conversations', request];
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      api.get<Rows>(
        '/conversations',
        { ...request, cursor: pageParam, limit: pageParam && !choice.q ? FURTHER : PAGE },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // Pages that were read stay as they are until one asks anew: a list must not move under the eyes.
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  const rows = useMemo<Row[]>(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  // How many there are takes longer than the first of them: it follows.
  const counted = useQuery({
    queryKey: [...key, 'count'],
    queryFn: ({ signal }) => api.get<{ count: number }>('/conversations/count', request, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const total = counted.data?.count;
  useEffect(() => leaveTrail(rows.map((row) => row.id)), [rows]);

  const fresh = useFresh(JSON.stringify(key), Boolean(query.data));
  const renew = () => {
    fresh.seen();
    void client.resetQueries({ queryKey: key });
  };
  const shown = useMemo(() => COLUMNS.filter((column) => columns.includes(column.key)), [columns]);

  return (
    <div className="page list-page">
      <PageHead
        title={t('nav.conversations')}
        note={
          <span aria-live="polite">
            {total !== undefined && t('list.total', { n: format.count(total) })}
            {fresh.count > 0 && (
              <Button type="link" size="small" onClick={renew}>
                {t('list.fresh', { n: format.count(fresh.count) })}
              </Button>
            )}
          </span>
        }
      >
        {phone && (
          <Button icon={<Icon name="filter" size={15} />} onClick={() => setFilters(!filters)} aria-expanded={filters}>
            {t('filter.label')}
          </Button>
        )}
        <Select
          aria-label={t('sort.label')}
          value={choice.sort ?? 'newest'}
          popupMatchSelectWidth={false}
          options={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
          onChange={(sort) => change({ sort: sort === 'newest' ? undefined : sort })}
        />
        <Views
          choice={choice}
          columns={columns}
          onChoose={(view, shownColumns) => {
            if (shownColumns.length > 0) setColumns(shownColumns);
            void navigate({ to: '/conversations', search: view });
          }}
        />
        {!phone && (
          <Popover
            trigger="click"
            placement="bottomRight"
            content={
              <Checkbox.Group
                className="column-choice"
                value={columns}
                options={COLUMNS.map((column) => ({ value: column.key, label: t(`column.${column.key}`) }))}
                onChange={(next) => next.length > 0 && setColumns(next as string[])}
              />
            }
          >
            <Button icon={<Icon name="columns" size={15} />}>{t('list.columns')}</Button>
          </Popover>
        )}
        {may('conversations.export') && (
          <Button
            icon={<Icon name="download" size={15} />}
            href={address('/conversations.csv', request)}
            download
            title={t('list.export_about')}
          >
            CSV
          </Button>
        )}
      </PageHead>
      <Filters choice={choice} change={change} all={!phone || filters} />
      <Card className="list-card">
        {query.error && !query.data ? (
          <Trouble error={query.error} again={() => void query.refetch()} />
        ) : !query.data ? (
          <Waiting rows={9} />
        ) : rows.length === 0 ? (
          <Nothing>
            <p>{t('list.nothing')}</p>
            <Button onClick={() => void navigate({ to: '/conversations', search: {} })}>{t('filter.clear')}</Button>
          </Nothing>
        ) : (
          <Zone value={zone}>
            <List
              key={JSON.stringify(request)}
              name={JSON.stringify(request)}
              rows={rows}
              total={total ?? null}
              columns={shown}
              choice={choice}
              phone={phone}
              more={query.hasNextPage}
              loading={query.isFetchingNextPage}
              failed={query.isFetchNextPageError}
              onMore={() => void query.fetchNextPage()}
              onSort={(sort) => change({ sort: sort === 'newest' ? undefined : sort })}
            />
          </Zone>
        )}
      </Card>
    </div>
  );
}

/** How many conversations came in since the list was read. */
function useFresh(key: string, read: boolean): { count: number; seen: () => void } {
  const { received } = useLive();
  const [since, setSince] = useState<{ key: string; at: number }>();
  useEffect(() => {
    if (read && since?.key !== key) setSince({ key, at: received });
  }, [key, read, since, received]);
  return { count: since ? received - since.at : 0, seen: () => setSince(undefined) };
}

function Filters({ choice, change, all }: { choice: Choice; change: (next: Choice) => void; all: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const places = useQuery({ ...placesQuery, enabled: may('projects.read') || may('teams.read') });
  const rules = useQuery({ ...rulesQuery, enabled: may('rules.read') });
  const ruleOptions = useMemo(
    () =>
      rules.data?.packs.flatMap((pack) =>
        pack.rules.map((rule) => ({
          value: rule.id,
          label: `${format.title(rule.title, rule.id)}${pack.language.startsWith('en') ? ' (EN)' : ''}`,
        })),
      ) ?? [],
    [rules.data, format],
  );
  const options = (list: { id: string; name: string }[] | undefined) =>
    list?.map((one) => ({ value: one.id, label: one.name })) ?? [];
  const used = Object.keys(choice).some((key) => !['sort', 'period', 'zone'].includes(key));
  return (
    <search className="filters">
      <Search value={choice.q} onChange={(q) => change({ q })} />
      {all && (
        <>
          <PeriodPicker value={choice} standard={LIST_PERIOD} onChange={change} />
          <Pick
            label={t('project')}
            value={choice.project}
            options={options(places.data?.projects)}
            onChange={(project) => change({ project })}
          />
          <Pick
            label={t('team')}
            width={100}
            value={choice.team}
            options={options(places.data?.teams)}
            onChange={(team) => change({ team })}
          />
          <Pick
            label={t('agent')}
            width={104}
            value={choice.agent}
            options={places.data?.agents.map((one) => ({ value: one.id, label: agentText(one) })) ?? []}
            onChange={(agent) => change({ agent })}
          />
          <Pick
            label={t('rule')}
            width={150}
            value={choice.rule}
            options={ruleOptions}
            onChange={(rule) => change({ rule })}
          />
          <Pick
            label={t('column.state')}
            width={104}
            value={choice.state}
            options={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
            onChange={(state) => change({ state })}
          />
          <Pick
            single
            label={t('column.direction')}
            width={84}
            value={choice.direction}
            options={['inbound', 'outbound'].map((value) => ({ value, label: t(`direction.${value}`) }))}
            onChange={(direction) => change({ direction })}
          />
          <Pick
            single
            label={t('column.language')}
            width={84}
            value={choice.language}
            options={LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))}
            onChange={(language) => change({ language })}
          />
          <Pick
            single
            label={t('column.recording')}
            width={96}
            value={choice.has_recording}
            options={['true', 'false'].map((value) => ({ value, label: t(`list.recording_${value}`) }))}
            onChange={(has_recording) => change({ has_recording })}
          />
          <Bound label={t('filter.min_risk')} value={choice.min_risk} onChange={(min_risk) => change({ min_risk })} />
          <Bound
            label={t('filter.max_compliance')}
            value={choice.max_compliance}
            onChange={(max_compliance) => change({ max_compliance })}
          />
          <Bound
            label={t('filter.max_experience')}
            value={choice.max_experience}
            onChange={(max_experience) => change({ max_experience })}
          />
          {used && (
            <Button
              type="text"
              onClick={() =>
                change(
                  Object.fromEntries(Object.keys(choice).map((key) => [key, key === 'sort' ? choice.sort : undefined])),
                )
              }
            >
              {t('filter.clear')}
            </Button>
          )}
        </>
      )}
    </search>
  );
}

const TYPED_MS = 450;

function Search({ value, onChange }: { value: string | undefined; onChange: (value: string | undefined) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value ?? '');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const composing = useRef(false);
  useEffect(() => setText(value ?? ''), [value]);
  const say = (next: string, at: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim() || undefined), at);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <SearchInput
      className="search"
      label={t('list.search')}
      value={text}
      onCompositionStart={() => {
        composing.current = true;
        clearTimeout(timer.current);
      }}
      onCompositionEnd={(event) => {
        composing.current = false;
        say(event.currentTarget.value, TYPED_MS);
      }}
      onText={(next) => {
        setText(next);
        if (!composing.current) say(next, next ? TYPED_MS : 0);
      }}
      onPressEnter={(event) => !composing.current && say(event.currentTarget.value, 0)}
    />
  );
}

function Bound({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const say = () => {
    const number = Number(text);
    onChange(
      text.trim() !== '' && Number.isFinite(number) && number >= 0 && number <= 100 ? String(number) : undefined,
    );
  };
  return (
    <Input
      className={`bound ${value ? 'chosen' : ''}`}
      aria-label={label}
      prefix={label}
      inputMode="numeric"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={say}
      onPressEnter={say}
    />
  );
}
