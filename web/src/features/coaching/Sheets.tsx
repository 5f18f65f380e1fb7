import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { COACHING_STAGES, type CoachingRow } from '../../api/coaching';
import { placesQuery } from '../../api/queries';
import { useOwnCoaching } from '../../api/session';
import type { Page } from '../../api/types';
import type { CoachingSearch } from '../../router';
import { agentText } from '../../ui/format';
import { Pick } from '../../ui/Pick';
import { Card, Loaded, Moment, PageHead } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { usePhone } from '../../ui/useMedia';
import { CoachingTag, Until } from './marks';

const PAGE = 100;

/** Coaching sheets, and where each stands; to an agent, their own. */
export function SheetsPage() {
  const { t } = useTranslation();
  const own = useOwnCoaching();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/coaching' });
  const change = (next: CoachingSearch) =>
    void navigate({ to: '/coaching', search: { ...search, ...next }, replace: true });
  const places = useQuery({ ...placesQuery, enabled: !own });
  const query = useInfiniteQuery({
    queryKey: ['coaching', search],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<CoachingRow>>('/coaching', { ...search, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page evaluations-page">
      <PageHead title={t(own ? 'nav.my_coaching' : 'nav.coaching')} />
      <search className="filters">
        <Pick
          label={t('coaching.stage')}
          value={search.stage}
          options={COACHING_STAGES.filter((stage) => !own || stage !== 'draft').map((value) => ({
            value,
            label: t(`coaching.stages.${value}`),
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
              label={t('team')}
              value={search.team}
              options={places.data?.teams.map((one) => ({ value: one.id, label: one.name })) ?? []}
              onChange={(team) => change({ team })}
            />
            <Pick
              label={t('agent')}
              width={104}
              value={search.agent}
              options={places.data?.agents.map((one) => ({ value: one.id, label: agentText(one) })) ?? []}
              onChange={(agent) => change({ agent })}
            />
          </>
        )}
        <Button
          className={search.late ? 'late-chosen' : ''}
          aria-pressed={Boolean(search.late)}
          onClick={() => change({ late: search.late ? undefined : 'true' })}
        >
          {t('coaching.late')}
        </Button>
        {Object.keys(search).length > 0 && (
          <Button type="text" onClick={() => void navigate({ to: '/coaching', search: {}, replace: true })}>
            {t('filter.clear')}
          </Button>
        )}
      </search>
      <Card>
        <Loaded query={query} rows={6} empty={query.data && rows.length === 0 && t('coaching.nothing')}>
          {() => <Rows rows={rows} own={own} />}
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

function Rows({ rows, own }: { rows: CoachingRow[]; own: boolean }) {
  const { t } = useTranslation();
  const phone = usePhone();
  return (
    <div className="coaching-rows">
      <Table
        heads={[
          t('coaching.call'),
          !own && !phone && t('agent'),
          !phone && t('team'),
          !phone && t('coaching.coach'),
          t('coaching.stage'),
          !phone && t('coaching.begun_at'),
          t('coaching.due_at'),
        ]}
      >
        {rows.map((row) => (
          <tr key={row.id} className="evaluation-row">
            <td>
              <Link to="/coaching/$id" params={{ id: row.id }} className="plain-link" preload={false}>
                {row.conversation.external_id}
              </Link>
              {phone && (
                <small className="quiet">{own ? row.coach.name : row.agent ? agentText(row.agent) : null}</small>
              )}
            </td>
            {!own && !phone && <td>{row.agent ? agentText(row.agent) : <span className="none">–</span>}</td>}
            {!phone && (
              <>
                <td>{row.team?.name ?? <span className="none">–</span>}</td>
                <td>{row.coach.name}</td>
              </>
            )}
            <td>
              <CoachingTag stage={row.stage} />
            </td>
            {!phone && (
              <td className="nowrap">
                <Moment at={row.begun_at} />
              </td>
            )}
            <td>
              <Until row={row} />
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
