import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type Evaluation, evaluationQuery, evaluationsOfQuery, MODES, type Mode } from '../../api/evaluations';
import { sessionQuery } from '../../api/queries';
import { countingCardsQuery } from '../../api/scorecards';
import { usePermission } from '../../api/session';
import { useFormat } from '../../ui/format';
import { useKept } from '../../ui/kept';
import { Loaded, Moment, Trouble } from '../../ui/parts';
import { StageTag, Total } from './marks';
import './evaluations.css';

const KEPT = 'lingjian.evaluate';
type Kept = { card?: string; mode: Mode };

/** Asks for what it takes to begin: the card, and how one listens. */
export function Evaluate({ conversation, onClose }: { conversation: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const client = useQueryClient();
  const cards = useQuery(countingCardsQuery);
  const [kept, keep] = useKept<Kept>(KEPT, { mode: 'recorded' });
  const [chosen, setChosen] = useState(kept);
  const items = cards.data ?? [];
  const card = items.find((one) => one.id === chosen.card) ?? items[0];
  const { data: session } = useQuery(sessionQuery);
  const others = useQuery(evaluationsOfQuery(conversation));
  // Nobody judges a call twice on the same card.
  const own = others.data?.items.find((row) => row.card.id === card?.id && row.inspector.id === session?.user.id);
  const done = own !== undefined && own.stage !== 'draft';
  const begin = useMutation({
    mutationFn: (body: { card: string; mode: Mode }) => api.post<Evaluation>('/evaluations', { conversation, ...body }),
    onSuccess: (begun, body) => {
      keep(body);
      client.setQueryData(evaluationQuery(begun.id).queryKey, begun);
      void client.invalidateQueries({ queryKey: ['evaluations'] });
      void navigate({ to: '/evaluations/$id', params: { id: begun.id } });
    },
  });
  return (
    <Modal open onCancel={onClose} footer={null} width={420} title={t('evaluation.begin')}>
      <Loaded query={cards} rows={3} empty={cards.data && !card && t('evaluation.no_cards')}>
        {() => (
          <form
            className="evaluate"
            onSubmit={(event) => {
              event.preventDefault();
              if (card) begin.mutate({ card: card.id, mode: chosen.mode });
            }}
          >
            <label htmlFor="evaluate-card">{t('evaluation.card')}</label>
            <Select
              id="evaluate-card"
              value={card?.id}
              options={items.map((one) => ({ value: one.id, label: format.title(one.title, one.id) }))}
              onChange={(id) => setChosen({ ...chosen, card: id })}
            />
            <p className="quiet">{format.title(card?.about)}</p>
            <span id="evaluate-mode">{t('evaluation.mode')}</span>
            <div className="segments" role="radiogroup" aria-labelledby="evaluate-mode">
              {MODES.map((mode) => (
                <button
                  key={mode}
                  type="button"
                  role="radio"
                  aria-checked={chosen.mode === mode}
                  onClick={() => setChosen({ ...chosen, mode })}
                >
                  {t(`evaluation.modes.${mode}`)}
                </button>
              ))}
            </div>
            {done && <p className="hint">{t('evaluation.judged_already')}</p>}
            {begin.error && <Trouble error={begin.error} />}
            <p className="evaluate-foot">
              <Button onClick={onClose}>{t('cancel')}</Button>
              {done ? (
                <Button
                  type="primary"
                  onClick={() => void navigate({ to: '/evaluations/$id', params: { id: own.id } })}
                >
                  {t('evaluation.open_own')}
                </Button>
              ) : (
                <Button type="primary" htmlType="submit" autoFocus loading={begin.isPending}>
                  {t(own ? 'evaluation.go_on' : 'evaluation.start')}
                </Button>
              )}
            </p>
          </form>
        )}
      </Loaded>
    </Modal>
  );
}

/** How a call was judged by people. */
export function EvaluationsOf({ conversation }: { conversation: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(evaluationsOfQuery(conversation));
  return (
    <Loaded query={query} rows={3} empty={query.data?.items.length === 0 && t('evaluation.none_here')}>
      {({ items }) => (
        <ul className="evaluations-of">
          {items.map((row) => (
            <li key={row.id}>
              <Link to="/evaluations/$id" params={{ id: row.id }}>
                {format.title(row.card.title, row.card.id)}
              </Link>
              <span className="evaluations-total">
                <Total total={row.total} fatal={row.fatal} />
              </span>
              <span className="quiet">
                {row.inspector.name} · <Moment at={row.listened_at} />
              </span>
              <StageTag stage={row.stage} />
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

/** The way to judge a call, for those who may. */
export function EvaluateButton({ conversation }: { conversation: string }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  if (!may('evaluations.write')) return null;
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t('evaluation.begin')}
      </Button>
      {open && <Evaluate conversation={conversation} onClose={() => setOpen(false)} />}
    </>
  );
}
