import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type Plan, planQuery, type Run, runsQuery } from '../../api/plans';
import { usePermission } from '../../api/session';
import { clock, percent, useFormat } from '../../ui/format';
import { Card, errorText, Loaded, Moment, PageHead } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { Table } from '../../ui/Table';
import { toast } from '../../ui/toast';
import { usePhone } from '../../ui/useMedia';
import { useZoneOf, Zone } from '../../ui/zone';
import { Figures } from '../draws/Figures';
import { Became, Day, Days, Standing } from './marks';
import '../draws/draws.css';
import './plans.css';

/** A standing plan: what it wishes for, and what became of each period. */
export function PlanPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/shell/plans/$id' });
  const query = useQuery(planQuery(id));
  const zoneOf = useZoneOf();
  const plan = query.data?.value;
  return (
    <div className="page plan-page">
      <PageHead title={plan?.name ?? t('plans.title')} note={plan && <Standing plan={plan} />}>
        <Link to="/plans">{t('plans.list')}</Link>
      </PageHead>
      <Loaded query={query} rows={9}>
        {({ value, etag }) => (
          <Zone value={zoneOf(value.project.id)}>
            <div className="draw-cards">
              <Card title={t('plans.wishes')} extra={<Acts plan={value} etag={etag} />}>
                <Facts plan={value} />
              </Card>
              <Runs plan={value} />
            </div>
          </Zone>
        )}
      </Loaded>
    </div>
  );
}

/** Change, pause, go on, end. */
function Acts({ plan, etag }: { plan: Plan; etag: string }) {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = useNavigate();
  const client = useQueryClient();
  const again = () => {
    for (const key of ['plan', 'plans']) void client.invalidateQueries({ queryKey: [key] });
  };
  const onError = (error: Error) => toast.bad(errorText(t, error));
  const path = `/sampling/plans/${plan.id}`;
  const pause = useMutation({
    mutationFn: (paused: boolean) => {
      const { name, wishes, due_days, until } = plan;
      return api.put(path, { name, wishes, due_days, until, paused }, etag);
    },
    onError,
    onSettled: again,
  });
  const end = useMutation({ mutationFn: () => api.remove(path), onError, onSettled: again });
  if (!may('sampling.edit') || plan.ended_at) return null;
  return (
    <span className="plan-acts">
      <Button size="small" onClick={() => void navigate({ to: '/plans/$id/edit', params: { id: plan.id } })}>
        {t('plans.edit')}
      </Button>
      <Button size="small" loading={pause.isPending} onClick={() => pause.mutate(!plan.paused)}>
        {t(plan.paused ? 'plans.go_on' : 'plans.pause')}
      </Button>
      <Sure
        question={t('plans.end_sure', { name: plan.name })}
        action={t('plans.end')}
        size="small"
        loading={end.isPending}
        onSure={() => end.mutate()}
      />
    </span>
  );
}

function Facts({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { wishes } = plan;
  const size = wishes.share === null ? t('draws.count_n', { n: wishes.count ?? 0 }) : percent(wishes.share, 2);
  const names = plan.inspectors.map((one) => one.name).join(t('comma'));
  const facts: [string, ReactNode][] = [
    [t('project'), plan.project.name],
    [t('plans.every_label'), t(`plans.every.${plan.period}`)],
    [t('plans.from'), <Day key="from" day={plan.from} />],
    [t('plans.until'), plan.until ? <Day key="until" day={plan.until} /> : t('plans.no_end')],
    [t('plans.next'), plan.next ? <Next key="next" next={plan.next} /> : '–'],
    [t('column.direction'), wishes.direction ? t(`direction.${wishes.direction}`) : t('draws.both_directions')],
    [t('draws.size'), size],
    [t('draws.strata'), t(`draws.by.${wishes.strata}`)],
    [t('draws.minimum'), wishes.minimum],
    [t('draws.guidance'), wishes.guidance],
    [t('evaluation.card'), format.title(plan.card.title, plan.card.id)],
    [t('draws.listeners'), wishes.listeners],
    [t('draws.inspectors'), names || t('draws.nobody')],
    [t('draws.due'), t('plans.days_n', { n: plan.due_days })],
    [t('plans.in_whose_name'), plan.changed_by.name],
    [t('plans.changed_at'), <Moment key="at" at={plan.changed_at} />],
  ];
  if (wishes.min_duration_ms !== null) facts.push([t('plans.at_least_long'), clock(wishes.min_duration_ms)]);
  for (const kind of ['teams', 'agents', 'rules'] as const) {
    if (wishes[kind].length) facts.push([t(`plans.only.${kind}`), t('plans.only_n', { n: wishes[kind].length })]);
  }
  if (plan.ended_at) facts.push([t('plans.ended_at'), <Moment key="ended" at={plan.ended_at} />]);
  return (
    <dl className="draw-facts">
      {facts.map(([word, value]) => (
        <Fragment key={word}>
          <dt>{word}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Next({ next }: { next: NonNullable<Plan['next']> }) {
  const { t } = useTranslation();
  return (
    <>
      <Days of={next} /> <span className="quiet">{t('plans.next_at')}</span> <Moment at={next.at} />
    </>
  );
}

function Runs({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const query = useInfiniteQuery(runsQuery(plan.id));
  const runs = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t('plans.runs')} className="plan-runs">
      <Loaded query={query} rows={4} empty={query.data && runs.length === 0 && t('plans.no_runs')}>
        {() => (
          <Table heads={[t('plans.period'), t('plans.outcome'), !phone && t('plans.run_at')]}>
            {runs.map((run) => (
              <tr key={run.from}>
                <td>
                  <Days of={run} />
                </td>
                <td>
                  <Became run={run} />
                  <Why run={run} guided={plan.wishes.guidance > 0} />
                </td>
                {!phone && (
                  <td className="nowrap">
                    <Moment at={run.at} />
                  </td>
                )}
              </tr>
            ))}
          </Table>
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
  );
}

/** What belongs to an outcome. */
function Why({ run, guided }: { run: Run; guided: boolean }) {
  const { t } = useTranslation();
  const who = run.left_out.join(t('comma'));
  return (
    <>
      {who && <p className="quiet">{t('plans.left_out', { who })}</p>}
      {run.outcome === 'rights' && <p className="quiet">{t('plans.rights_of', { who: run.reason })}</p>}
      {(run.outcome === 'card' || run.outcome === 'wrong') && <p className="quiet">{run.reason}</p>}
      {run.planned && (
        <details>
          <summary>{t('plans.bound_about')}</summary>
          <Figures laid={run.planned} guided={guided} />
        </details>
      )}
    </>
  );
}
