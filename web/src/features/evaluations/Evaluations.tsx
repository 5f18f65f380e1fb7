import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type EvaluationRow, STAGES } from '../../api/evaluations';
import { placesQuery, usersQuery } from '../../api/queries';
import { countingCardsQuery } from '../../api/scorecards';
import { useOwnResults, usePermission } from '../../api/session';
import type { Page } from '../../api/types';
import { bounds } from '../../filter';
import type { EvaluationSearch } from '../../router';
import { agentText, useFormat } from '../../ui/format';
import { PeriodPicker } from '../../ui/PeriodPicker';
import { Pick } from '../../ui/Pick';
import { Card, Loaded, Moment, PageHead } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { usePhone } from '../../ui/useMedia';
import { dayIn, useZoneOf, Zone } from '../../ui/zone';
import { Due } from './Due';
import { StageTag, Total } from './marks';
import './evaluations.css';

const PAGE = 100;
const PERIOD = 'all';

/** Calls that were judged by people, and where each stands; to an agent, the results of their own. */
export function EvaluationsPage() {
  const { t } = useTranslation();
  const own = useOwnResults();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/evaluations' });
  const change = (next: EvaluationSearch) =>
    void navigate({ to: '/evaluations', search: { ...search, ...next }, replace: true });
  const zone = useZoneOf()(search.project);
  const { period: _, from: __, to: ___, ...rest } = search;
  const request = { ...rest, ...bounds(search, PERIOD, dayIn(search.zone ?? zone)) };
  const query = useInfiniteQuery({
    queryKey: ['evaluations', request],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<EvaluationRow>>('/evaluations', { ...request, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page evaluations-page">
      <PageHead title={t(own ? 'nav.results' : 'nav.evaluations')} />
      <Filters search={search} rows={rows} own={own} change={change} />
      <Card>
        <Loaded query={query} rows={9} empty={query.data && rows.length === 0 && t('evaluation.nothing')}>
          {() => (
            <Zone value={search.zone ?? zone}>
              <Rows rows={rows} own={own} />
            </Zone>
          )}
        </Loaded>
        {query.hasNextPage && (
          <div className="more">
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('audit.more')}
            </Button>
          </div>
        )}
      </Card>
    </div>
  );
}

function Rows({ rows, own }: { rows: EvaluationRow[]; own: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const phone = usePhone();
  const navigate = useNavigate();
  const open = (event: MouseEvent, id: string) => {
    if ((event.target as Element).closest('a') || window.getSelection()?.toString()) return;
    if (event.metaKey || event.ctrlKey) window.open(`/evaluations/${id}`);
    else void navigate({ to: '/evaluations/$id', params: { id } });
  };
  const until = (row: EvaluationRow) => (own ? <AppealUntil row={row} /> : <Due row={row} />);
  return (
    <Table
      heads={[
        t('evaluation.call'),
        !own && !phone && t('agent'),
        !phone && t('project'),
        !phone && t('evaluation.inspector'),
        !phone && t('evaluation.card'),
        { text: t('evaluation.total'), className: 'num' },
        t('evaluation.stage'),
        !phone && t('evaluation.listened_at'),
        !phone && t(own ? 'evaluation.appeal_open' : 'evaluation.due'),
      ]}
    >
      {rows.map((row) => (
        <tr key={row.id} className="evaluation-row" onClick={(event) => open(event, row.id)}>
          <td>
            <Link to="/evaluations/$id" params={{ id: row.id }} className="plain-link" preload={false}>
              {row.conversation.external_id}
            </Link>
            {phone && (
              <small className="quiet">
                {[
                  own ? row.inspector.name : row.agent && agentText(row.agent),
                  format.title(row.card.title, row.card.id),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            )}
          </td>
          {!phone && (
            <>
              {!own && <td>{row.agent ? agentText(row.agent) : <span className="none">–</span>}</td>}
              <td>{row.project?.name ?? <span className="none">–</span>}</td>
              <td>{row.inspector.name}</td>
              <td>{format.title(row.card.title, row.card.id)}</td>
            </>
          )}
          <td className="num">
            <Total total={row.total} fatal={row.fatal} />
          </td>
          <td>
            <StageTag stage={row.stage} />
            {phone && <div>{until(row)}</div>}
            {row.revision > 1 && <small className="quiet"> {t('evaluation.revision_n', { n: row.revision })}</small>}
          </td>
          {!phone && (
            <td className="nowrap">
              <Moment at={row.listened_at} />
            </td>
          )}
          {!phone && <td className="nowrap">{until(row)}</td>}
        </tr>
      ))}
    </Table>
  );
}

/** Until when one may appeal, while nothing was said to it. */
function AppealUntil({ row }: { row: EvaluationRow }) {
  return <Moment at={row.stage === 'sent' ? row.appeal_until : null} />;
}

type FiltersProps = {
  search: EvaluationSearch;
  rows: EvaluationRow[];
  own: boolean;
  change: (next: EvaluationSearch) => void;
};

function Filters({ search, rows, own, change }: FiltersProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const places = useQuery({ ...placesQuery, enabled: may('projects.read') || may('teams.read') });
  const users = useQuery({ ...usersQuery, enabled: may('users.read') && !own });
  const cards = useQuery({ ...countingCardsQuery, enabled: may('rules.read') });
  // Who may not read people or cards still chooses among those that are there.
  const seen = <T,>(list: T[] | undefined, of: (row: EvaluationRow) => T): T[] => list ?? rows.map(of);
  const once = (options: { value: string; label: string }[]) => [
    ...new Map(options.map((option) => [option.value, option])).values(),
  ];
  const inspectors = seen(
    users.data?.items.map((user) => ({ value: user.id, label: user.display_name })),
    ({ inspector }) => ({ value: inspector.id, label: inspector.name }),
  );
  const cardOptions = seen(
    cards.data?.map((card) => ({ value: card.id, label: format.title(card.title, card.id) })),
    ({ card }) => ({ value: card.id, label: format.title(card.title, card.id) }),
  );
  const used = Object.keys(search).some((key) => !['period', 'zone'].includes(key));
  return (
    <search className="filters">
      <PeriodPicker value={search} standard={PERIOD} onChange={change} />
      <Pick
        label={t('evaluation.stage')}
        value={search.stage}
        options={STAGES.filter((stage) => !own || !['draft', 'submitted'].includes(stage)).map((value) => ({
          value,
          label: t(`evaluation.stages.${value}`),
        }))}
        onChange={(stage) => change({ stage })}
      />
      {!own && (
        <>
          <Pick
            label={t('project')}
            value={search.project}
            options={places.data?.projects.map((one) => ({ value: one.id, label: one.name })) ?? []}
            onChange={(project) => change({ project })}
          />
          <Pick
            label={t('agent')}
            width={104}
            value={search.agent}
            options={places.data?.agents.map((one) => ({ value: one.id, label: agentText(one) })) ?? []}
            onChange={(agent) => change({ agent })}
          />
          <Pick
            label={t('evaluation.inspector')}
            value={search.inspector}
            options={once(inspectors)}
            onChange={(inspector) => change({ inspector })}
          />
        </>
      )}
      <Pick
        label={t('evaluation.card')}
        width={150}
        value={search.card}
        options={once(cardOptions)}
        onChange={(card) => change({ card })}
      />
      {!own && (
        <Button
          className={search.late ? 'late-chosen' : ''}
          aria-pressed={Boolean(search.late)}
          onClick={() => change({ late: search.late ? undefined : 'true' })}
        >
          {t('evaluation.late')}
        </Button>
      )}
      {used && (
        <Button
          type="text"
          onClick={() => change(Object.fromEntries(Object.keys(search).map((key) => [key, undefined])))}
        >
          {t('filter.clear')}
        </Button>
      )}
    </search>
  );
}
