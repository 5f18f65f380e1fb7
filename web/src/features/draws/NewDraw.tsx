import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type Draw, type DrawPlan, drawQuery, layQuery } from '../../api/draws';
import { countingCardsQuery } from '../../api/scorecards';
import { Card, Nothing, PageHead } from '../../ui/parts';
import { toast } from '../../ui/toast';
import { dayIn, useZoneOf } from '../../ui/zone';
import { Figures } from './Figures';
import { BLANK, laidBy, planOf } from './plan';
import { Wishes } from './Wishes';
import { Preview, Wrong } from './Wrong';
import './draws.css';

const REST_MS = 350;

/** What a plan comes to, asked for once nothing changed for a moment. */
export function useLaid(plan: DrawPlan | null) {
  const text = JSON.stringify(laidBy(plan));
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const query = useQuery(layQuery(JSON.parse(rested) as DrawPlan | null));
  const fresh = rested === text && !query.isPlaceholderData && !query.isFetching;
  return { query, fresh };
}

/** A draw that is being planned: beside the wishes stands what they come to. */
export function NewDrawPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [wish, setWish] = useState(BLANK);
  const cards = useQuery(countingCardsQuery);
  const card = cards.data?.find((one) => one.id === wish.card) ?? cards.data?.[0];
  const today = dayIn(useZoneOf()(wish.project));
  const plan = planOf(wish, card?.id, today);
  const { query, fresh } = useLaid(plan);
  const refused = Boolean(plan && query.data?.bounds.refused);
  const make = useMutation({
    mutationFn: (asked: DrawPlan) => api.post<Draw>('/draws', asked),
    onSuccess: (draw) => {
      client.setQueryData(drawQuery(draw.id).queryKey, draw);
      toast.good(t('draws.made', { n: draw.items.length }));
      void navigate({ to: '/draws/$id', params: { id: draw.id } });
    },
    // Drawn or refused: what was known of plans and of open work is old.
    onSettled: () => {
      for (const key of ['draws', 'lay', 'listeners', 'work-list']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const ready = plan && fresh && query.data && query.data.drawn > 0 && (!refused || plan.reason);
  return (
    <div className="page new-draw-page">
      <PageHead title={t('draws.new')}>
        <Link to="/draws">{t('draws.list')}</Link>
      </PageHead>
      <div className="draw-beside">
        <Card>
          <form
            className="draw-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (ready) make.mutate({ ...plan, reason: refused ? plan.reason : undefined });
            }}
          >
            <Wishes wish={wish} change={(next) => setWish({ ...wish, ...next })} card={card} today={today} />
            {refused && (
              <>
                <label htmlFor="draw-reason">{t('draws.reason')}</label>
                <Input.TextArea
                  id="draw-reason"
                  required
                  maxLength={1000}
                  autoSize={{ minRows: 2 }}
                  value={wish.reason}
                  onChange={(event) => setWish({ ...wish, reason: event.target.value })}
                />
              </>
            )}
            {make.error && <Wrong error={make.error} />}
            <p className="draw-foot">
              <Button type="primary" htmlType="submit" loading={make.isPending} disabled={!ready}>
                {t('draws.make')}
              </Button>
            </p>
          </form>
        </Card>
        <Card title={t('draws.preview')} className="draw-preview">
          {plan ? (
            <Preview query={query}>
              {(laid) => (
                <div className={fresh ? '' : 'stale'}>
                  <Figures laid={laid} guided={plan.guidance > 0} />
                </div>
              )}
            </Preview>
          ) : (
            <Nothing>{t('draws.preview_none')}</Nothing>
          )}
        </Card>
      </div>
    </div>
  );
}
