import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Button, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { listenersQuery } from '../../api/draws';
import { EVERY, type Plan, type PlanTold, planQuery } from '../../api/plans';
import { countingCardsQuery } from '../../api/scorecards';
import { Card, errorText, Loaded, Nothing, PageHead } from '../../ui/parts';
import { toast } from '../../ui/toast';
import { dayIn, useZoneOf } from '../../ui/zone';
import { Figures } from '../draws/Figures';
import { useLaid } from '../draws/NewDraw';
import { OfProject, Segments, Which } from '../draws/Wishes';
import { Preview, Wrong } from '../draws/Wrong';
import { wrongOf } from '../draws/wrong-plan';
import { Days } from './marks';
import { lastPeriod, NEW, newPlan, type Standing, standingOf, toldOf, trialOf } from './standing';
import '../draws/draws.css';
import './plans.css';

export function NewPlanPage() {
  const { t } = useTranslation();
  return (
    <div className="page edit-plan-page">
      <PageHead title={t('plans.new')}>
        <Link to="/plans">{t('plans.list')}</Link>
      </PageHead>
      <Editor />
    </div>
  );
}

export function EditPlanPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/shell/plans/$id/edit' });
  const query = useQuery({ ...planQuery(id), staleTime: 0, gcTime: 0 });
  return (
    <div className="page edit-plan-page">
      <PageHead title={query.data?.value.name ?? t('plans.edit')}>
        <Link to="/plans/$id" params={{ id }}>
          {t('plans.back')}
        </Link>
      </PageHead>
      <Loaded query={query} rows={9}>
        {({ value, etag }) => <Editor key={etag} kept={value} etag={etag} />}
      </Loaded>
    </div>
  );
}

/** The wishes of a plan; beside them stands what they would have come to in the last period. */
function Editor({ kept, etag = '' }: { kept?: Plan; etag?: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [standing, setStanding] = useState<Standing>(kept ? standingOf(kept) : NEW);
  const change = (next: Partial<Standing>) => setStanding({ ...standing, ...next });
  const cards = useQuery(countingCardsQuery);
  const card = cards.data?.find((one) => one.id === standing.card) ?? cards.data?.[0];
  const able = useQuery(listenersQuery(standing.project)).data?.items.map((one) => one.id);
  const today = dayIn(useZoneOf()(standing.project));
  const told = toldOf(standing, card?.id, able);
  // A plan is tried before it has a name.
  const trial = trialOf(standing, toldOf({ ...standing, name: '-' }, card?.id, able), today);
  const again = () => {
    for (const key of ['plan', 'plans']) void client.invalidateQueries({ queryKey: [key] });
  };
  const save = useMutation({
    mutationFn: (asked: PlanTold) =>
      kept
        ? api.put<Plan>(`/sampling/plans/${kept.id}`, asked, etag)
        : api.post<Plan>('/sampling/plans', newPlan(standing, asked)),
    onSuccess: (plan) => {
      toast.good(t('plans.saved'));
      again();
      void navigate({ to: '/plans/$id', params: { id: plan.id } });
    },
    onError: (error) => {
      // Who was second gets it as it stands now.
      if (!(error instanceof ApiError && error.code === 'changed_meanwhile')) return;
      toast.bad(errorText(t, error));
      again();
    },
  });
  return (
    <div className="draw-beside">
      <Card>
        <form
          className="draw-form plan-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (told) save.mutate(told);
          }}
        >
          <label htmlFor="plan-name">{t('name')}</label>
          <Input
            id="plan-name"
            required
            maxLength={100}
            value={standing.name}
            onChange={(event) => change({ name: event.target.value })}
          />
          {kept ? (
            <p className="quiet">{`${kept.project.name} · ${t(`plans.every.${kept.period}`)}`}</p>
          ) : (
            <>
              <OfProject wish={standing} change={change} />
              <Segments
                label={t('plans.every_label')}
                value={standing.every}
                options={EVERY.map((one) => [one, t(`plans.every.${one}`)])}
                onChange={(every) => change({ every })}
              />
            </>
          )}
          <p className="quiet">{t('plans.every_about')}</p>
          <Which wish={standing} change={change} card={card} />
          <label htmlFor="plan-due">{t('plans.due_days')}</label>
          <InputNumber
            id="plan-due"
            min={1}
            max={90}
            precision={0}
            value={standing.dueDays}
            onChange={(dueDays) => change({ dueDays })}
          />
          <label htmlFor="plan-until">{t('plans.until')}</label>
          <Input
            id="plan-until"
            type="date"
            min={kept?.from ?? today}
            value={standing.until ?? ''}
            onChange={(event) => change({ until: event.target.value || undefined })}
          />
          <p className="quiet">{t('plans.until_about')}</p>
          {save.error && <Wrong error={save.error} />}
          <p className="draw-foot">
            <Button type="primary" htmlType="submit" loading={save.isPending} disabled={!told}>
              {t('save')}
            </Button>
          </p>
        </form>
      </Card>
      <Trial trial={trial} every={standing.every} today={today} />
    </div>
  );
}

/** What the wishes come to in the last period that is over. */
function Trial({
  trial,
  every,
  today,
}: {
  trial: ReturnType<typeof trialOf>;
  every: Standing['every'];
  today: string;
}) {
  const { t } = useTranslation();
  const { query, fresh } = useLaid(trial);
  const { from } = lastPeriod(every, today);
  const until = lastPeriod('day', lastPeriod(every, today).to).from;
  const untold = wrongOf(query.error)?.why === 'empty';
  return (
    <Card title={t('plans.trial')} className="draw-preview">
      {trial ? (
        <>
          <p className="quiet">
            {t('plans.trial_about')} <Days of={{ from, until }} />
          </p>
          {untold ? (
            <Nothing>{t('plans.trial_none')}</Nothing>
          ) : (
            <Preview query={query}>
              {(laid) => (
                <div className={fresh ? '' : 'stale'}>
                  <Figures laid={laid} guided={trial.guidance > 0} />
                  {laid.bounds.refused && <p className="plan-undrawn">{t('plans.trial_bound')}</p>}
                </div>
              )}
            </Preview>
          )}
        </>
      ) : (
        <Nothing>{t('draws.preview_none')}</Nothing>
      )}
    </Card>
  );
}
