import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { type DrawRow, drawsQuery } from '../../api/draws';
import { placesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import { useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Pick } from '../../ui/Pick';
import { Card, Loaded, Moment, PageHead } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { usePhone } from '../../ui/useMedia';
import { useZoneOf, Zone } from '../../ui/zone';
import { DueAt, Progress, Span } from './marks';
import './draws.css';

/** What was drawn for people to listen to, and how far they are. */
export function DrawsPage() {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = useNavigate();
  const { project } = useSearch({ from: '/shell/draws' });
  const places = useQuery({ ...placesQuery, enabled: may('conversations.list') });
  const query = useInfiniteQuery(drawsQuery(project));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page draws-page">
      <PageHead title={t('nav.draws')}>
        <Link to="/plans">{t('plans.link')}</Link>
        {may('sampling.edit') && (
          <Button
            type="primary"
            icon={<Icon name="plus" size={15} />}
            onClick={() => void navigate({ to: '/draws/new' })}
          >
            {t('draws.new')}
          </Button>
        )}
      </PageHead>
      <search className="filters" aria-label={t('filter.label')}>
        <Pick
          label={t('project')}
          value={project}
          options={places.data?.projects.map((one) => ({ value: one.id, label: one.name })) ?? []}
          onChange={(next) => void navigate({ to: '/draws', search: { project: next }, replace: true })}
        />
      </search>
      <Card>
        <Loaded query={query} rows={8} empty={query.data && rows.length === 0 && t('draws.none')}>
          {() => <Rows rows={rows} />}
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

function Rows({ rows }: { rows: DrawRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const phone = usePhone();
  const zoneOf = useZoneOf();
  const navigate = useNavigate();
  const open = (event: MouseEvent, id: string) => {
    if ((event.target as Element).closest('a') || window.getSelection()?.toString()) return;
    if (event.metaKey || event.ctrlKey) window.open(`/draws/${id}`);
    else void navigate({ to: '/draws/$id', params: { id } });
  };
  return (
    <Table
      heads={[
        t('draws.time'),
        t('project'),
        !phone && t('evaluation.card'),
        !phone && { text: t('draws.population'), className: 'num' },
        t('draws.progress'),
        t('draws.due'),
        !phone && t('draws.drawn_by'),
        !phone && t('draws.drawn_at'),
      ]}
    >
      {rows.map((row) => (
        <Zone key={row.id} value={zoneOf(row.project.id)}>
          <tr className="draw-row" onClick={(event) => open(event, row.id)}>
            <td className="nowrap">
              <Link to="/draws/$id" params={{ id: row.id }} className="plain-link">
                <Span row={row} />
              </Link>
              <Exception reason={row.reason} />
            </td>
            <td>{row.project.name}</td>
            {!phone && <td>{format.title(row.card.title, row.card.id)}</td>}
            {!phone && <td className="num">{format.count(row.population)}</td>}
            <td>
              <Progress row={row} />
            </td>
            <td className="nowrap">
              <DueAt row={row} />
            </td>
            {!phone && <td>{row.drawn_by.name}</td>}
            {!phone && (
              <td className="nowrap">
                <Moment at={row.drawn_at} />
              </td>
            )}
          </tr>
        </Zone>
      ))}
    </Table>
  );
}

/** That it goes beyond a bound; why, where the pointer rests. */
function Exception({ reason }: { reason: string | null }) {
  const { t } = useTranslation();
  if (reason === null) return null;
  return (
    <>
      {' '}
      <span className="tag severity-minor" title={reason}>
        {t('draws.exception')}
      </span>
    </>
  );
}
