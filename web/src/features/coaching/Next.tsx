import { useQuery } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type Coaching, type CoachingStep, EFFECTS, type Effect } from '../../api/coaching';
import type { EvaluationRow } from '../../api/evaluations';
import type { Page } from '../../api/types';
import { figure, useFormat } from '../../ui/format';

type Asking = 'sign' | 'dispute' | 'follow' | 'close';
type Props = {
  sheet: Coaching;
  busy: boolean;
  take: (kind: CoachingStep['kind'], body: object) => Promise<boolean>;
};
const SENT = 'sent,acknowledged,appealed,upheld,changed';

/** What one may do next with a sheet that was put before the agent. */
export function Next({ sheet, busy, take }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking | null>(null);
  const kinds = (['sign', 'dispute', 'follow', 'close'] as const).filter((kind) => sheet.may.includes(kind));
  if (!kinds.length) return null;
  return (
    <>
      <p className="form-tools">
        {kinds.map((kind) => (
          <Button
            key={kind}
            type={kind === 'sign' ? 'primary' : 'default'}
            aria-expanded={asking === kind}
            onClick={() => setAsking(asking === kind ? null : kind)}
          >
            {t(`coaching.act.${kind}`)}
          </Button>
        ))}
      </p>
      {asking && kinds.includes(asking) && (
        <Answering
          key={asking}
          kind={asking}
          sheet={sheet}
          busy={busy}
          onClose={() => setAsking(null)}
          onDone={async (body) => {
            if (await take(asking, body)) setAsking(null);
          }}
        />
      )}
    </>
  );
}

type AnsweringProps = {
  kind: Asking;
  sheet: Coaching;
  busy: boolean;
  onDone: (body: object) => Promise<void>;
  onClose: () => void;
};

function Answering({ kind, sheet, busy, onDone, onClose }: AnsweringProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [evaluation, setEvaluation] = useState<string | null>(null);
  const [effect, setEffect] = useState<Effect>('not_judged');
  const bodies = {
    sign: { comment: words },
    dispute: { reason: words },
    follow: { evaluation },
    close: { effect, words },
  };
  const ready = kind === 'sign' || (kind === 'follow' ? evaluation !== null : words.trim() !== '');
  return (
    <section className="ask" aria-label={t(`coaching.act.${kind}`)}>
      {kind === 'follow' && <Later sheet={sheet} value={evaluation} onChange={setEvaluation} />}
      {kind === 'close' && (
        <Select
          aria-label={t('coaching.effect')}
          value={effect}
          options={EFFECTS.map((value) => ({
            value,
            label: t(`coaching.effects.${value}`),
            disabled: value !== 'not_judged' && sheet.stage !== 'followed',
          }))}
          onChange={setEffect}
        />
      )}
      {kind !== 'follow' && (
        <>
          <label htmlFor="coaching-words">{t(`coaching.words.${kind}`)}</label>
          <Input.TextArea
            id="coaching-words"
            autoSize={{ minRows: 2, maxRows: 8 }}
            maxLength={4000}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </>
      )}
      <p className="ask-foot">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="primary" disabled={!ready} loading={busy} onClick={() => void onDone(bodies[kind])}>
          {t(`coaching.act.${kind}`)}
        </Button>
      </p>
    </section>
  );
}

/** Evaluations of the agent, of calls that were listened to after they signed. */
function Later({ sheet, value, onChange }: { sheet: Coaching; value: string | null; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const request = {
    agent: sheet.agent?.id,
    card: sheet.cause?.card,
    from: sheet.signed_at,
    stage: SENT,
    limit: 100,
  };
  const query = useQuery({
    queryKey: ['evaluations', request],
    queryFn: ({ signal }) => api.get<Page<EvaluationRow>>('/evaluations', request, signal),
  });
  const known = new Set([sheet.cause?.evaluation, ...sheet.follow_ups.map((call) => call.evaluation)]);
  const options = (query.data?.items ?? [])
    .filter((row) => !known.has(row.id))
    .map((row) => ({
      value: row.id,
      label: `${row.conversation.external_id} · ${format.minute(row.listened_at)} · ${figure(row.total)}`,
    }));
  return (
    <>
      <Select
        aria-label={t('coaching.later')}
        placeholder={t('coaching.later')}
        loading={query.isPending}
        value={value}
        options={options}
        notFoundContent={t('coaching.none_later')}
        onChange={onChange}
      />
      <p className="quiet">{t('coaching.later_hint')}</p>
    </>
  );
}
