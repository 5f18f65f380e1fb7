import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type Coaching, type CoachingStep, coachingQuery, type Notes } from '../../api/coaching';
import { type Moment, markOf } from '../../api/evaluations';
import { conversationQuery, transcriptQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import { agentText, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Moment as At, ConversationLink, Nothing, Trouble, Waiting } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { toast } from '../../ui/toast';
import { usePhone } from '../../ui/useMedia';
import { type Listening, useListening } from '../conversation/listening';
import { Talk } from '../conversation/Talk';
import { Moments } from '../evaluation/Moments';
import { momentAt, momentOf, pinned } from '../evaluation/sheet';
import { Figures } from './Figures';
import { CoachingTag, Until } from './marks';
import { Next } from './Next';
import { Part, TEXTS } from './Part';
import '../conversation/conversation.css';
import '../evaluation/evaluation.css';
import './coaching.css';

const Player = lazy(() => import('../conversation/Player'));

/** A coaching sheet: the call on one side, what was agreed about it on the other. */
export function SheetPage() {
  const { id } = useParams({ from: '/shell/coaching/$id' });
  const query = useQuery(coachingQuery(id));
  /** Loading anew throws away what stands in the form. */
  const [times, setTimes] = useState(0);
  if (!query.data) {
    return (
      <div className="page">
        {query.error ? <Trouble error={query.error} again={() => void query.refetch()} /> : <Waiting rows={9} />}
      </div>
    );
  }
  return (
    <Desk
      key={id}
      sheet={query.data}
      times={times}
      onReload={async () => {
        await query.refetch();
        setTimes((before) => before + 1);
      }}
    />
  );
}

type Props = { sheet: Coaching; times: number; onReload: () => Promise<void> };

function Desk({ sheet, times, onReload }: Props) {
  const { t } = useTranslation();
  const may = usePermission();
  const phone = usePhone();
  const [side, setSide] = useState<'form' | 'talk'>('form');
  const call = sheet.conversation.id;
  const conversation = useQuery(conversationQuery(call, false));
  const words = useQuery({
    ...transcriptQuery(call, sheet.transcript ?? '', false),
    enabled: sheet.transcript !== null,
  });
  const listening = useListening({
    id: call,
    audible: (conversation.data?.has_recording ?? false) && may('recordings.play'),
    transcript: words.data ?? null,
    judgement: null,
  });
  const { playback, turns, timed, findings, marked, selected, pointed, here, goTurn, goFinding, step } = listening;
  const talk = words.data ? (
    <Talk
      transcript={words.data}
      findings={marked}
      playback={playback}
      selected={selected}
      pointed={pointed}
      here={here}
      timed={timed}
      onTurn={goTurn}
      onFinding={goFinding}
    />
  ) : words.error ? (
    <Trouble error={words.error} />
  ) : sheet.transcript ? (
    <Waiting rows={8} />
  ) : (
    <Nothing>{t('conversation.no_words')}</Nothing>
  );
  return (
    <div className={`conversation evaluation coaching-sheet show-${side}`}>
      <Head sheet={sheet} />
      {phone && (
        <div className="segments" role="group" aria-label={t('evaluation.side')}>
          {(['form', 'talk'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={side === one} onClick={() => setSide(one)}>
              {t(one === 'form' ? 'coaching.sheet' : 'conversation.talk')}
            </button>
          ))}
        </div>
      )}
      <div className="evaluation-body">
        <div className="evaluation-call">
          {playback && (
            <Suspense fallback={<div className="player" style={{ minHeight: 138 }} />}>
              <Player
                id={call}
                playback={playback}
                turns={turns}
                duration={sheet.conversation.duration_ms}
                findings={findings}
                selected={selected}
                onFinding={goFinding}
                onStep={step}
              />
            </Suspense>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keys */}
          <section className="talk-pane" aria-label={t('conversation.talk')} tabIndex={0}>
            {talk}
          </section>
        </div>
        <Form
          // A step taken, or loaded anew: another form.
          key={`${sheet.stage} ${times}`}
          sheet={sheet}
          listening={listening}
          onReload={onReload}
        />
      </div>
    </div>
  );
}

function Head({ sheet }: { sheet: Coaching }) {
  const { t } = useTranslation();
  const { conversation, agent, team, project, coach } = sheet;
  const facts: [string, ReactNode][] = [
    [t('agent'), agent && agentText(agent)],
    [t('team'), team?.name],
    [t('project'), project?.name],
    [t('coaching.coach'), coach.name],
    [t('coaching.begun_at'), <At key="begun" at={sheet.begun_at} />],
    [t('coaching.due_at'), <Until key="due" row={sheet} />],
  ];
  return (
    <header className="conversation-head">
      <div className="conversation-title">
        <Link to="/coaching" className="icon-button" aria-label={t('coaching.list')} title={t('coaching.list')}>
          <Icon name="left" />
        </Link>
        <h1>
          {t('coaching.sheet')} <ConversationLink id={conversation.id}>{conversation.external_id}</ConversationLink>
        </h1>
        <CoachingTag stage={sheet.stage} />
      </div>
      <dl className="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </header>
  );
}

/** The day of a moment, as a field of a form has it. */
const dayOf = (at: string | null) => {
  if (!at) return '';
  const [month, day] = [new Date(at).getMonth() + 1, new Date(at).getDate()].map((n) => String(n).padStart(2, '0'));
  return `${new Date(at).getFullYear()}-${month}-${day}`;
};
/** A day is over when it ends. */
const endOf = (day: string) => (day ? new Date(`${day}T23:59:59`).toISOString() : null);

type FormProps = Pick<Props, 'sheet' | 'onReload'> & { listening: Listening };

function Form({ sheet, listening, onReload }: FormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const writable = sheet.may.includes('write');
  /** What is written and not saved yet. */
  const [written, setWritten] = useState<Notes | null>(null);
  const notes = (writable && written) || sheet.notes;
  const changed = written !== null;
  const [busy, setBusy] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const change = writable
    ? (some: Partial<Notes>) => setWritten((before) => ({ ...(before ?? sheet.notes), ...some }))
    : undefined;
  const doing = async (what: string, done: () => Promise<void>): Promise<boolean> => {
    if (busy) return false;
    setBusy(what);
    setTrouble(null);
    try {
      await done();
      void client.invalidateQueries({ queryKey: ['coaching'] });
      return true;
    } catch (error) {
      setTrouble(error);
      return false;
    } finally {
      setBusy(null);
    }
  };
  const keep = (kept: Coaching) => client.setQueryData(coachingQuery(sheet.id).queryKey, kept);
  const write = async () => {
    const saved = await api.put<Coaching>(`/coaching/${sheet.id}/notes`, notes, markOf(sheet));
    keep(saved);
    // What was typed meanwhile stays.
    setWritten((now) => (now === notes ? null : now));
    return saved;
  };
  const step = (kind: CoachingStep['kind'], body: object, on: Coaching) =>
    api.postMarked<Coaching>(`/coaching/${sheet.id}/${kind}`, body, markOf(on));
  const save = () =>
    doing('save', async () => {
      await write();
      toast.good(t('evaluation.saving.saved'));
    });
  const hold = () =>
    doing('hold', async () => {
      const missing = TEXTS.find((part) => !notes[part].trim()) ?? (notes.due_at ? null : 'due_at');
      if (missing) {
        const what = t(missing === 'due_at' ? 'coaching.due_at' : `coaching.parts.${missing}`);
        toast.bad(t('coaching.missing', { what }));
        document.getElementById(`coaching-${missing}`)?.focus();
        return;
      }
      const saved = changed ? await write() : sheet;
      keep(await step('hold', {}, saved));
      toast.good(t('coaching.done.hold'));
    });
  const take = (kind: CoachingStep['kind'], body: object) =>
    doing(kind, async () => {
      keep(await step(kind, body, sheet));
      toast.good(t(`coaching.done.${kind}`));
    });
  const discard = () =>
    doing('discard', async () => {
      await api.remove(`/coaching/${sheet.id}`, markOf(sheet));
      await navigate({ to: '/coaching' });
    });
  const here = (): Moment => {
    const { playback, turns, timed, turnNow } = listening;
    const turn = turnNow();
    if (!playback) return turns[turn] ? momentOf(turns[turn], turn) : momentAt([], 0);
    return momentAt(turns, playback.get().ms + 1, timed);
  };
  return (
    <section className="side-pane form-pane" aria-label={t('coaching.sheet')}>
      <div className="form-top">
        {writable && (
          <p className="form-bar">
            {changed && <span className="quiet">{t('evaluation.saving.changed')}</span>}
            <span className="form-tools">
              {sheet.may.includes('discard') && (
                <Sure
                  question={t('coaching.discard_sure')}
                  action={t('coaching.discard')}
                  loading={busy === 'discard'}
                  onSure={() => void discard()}
                />
              )}
              <Button disabled={!changed} loading={busy === 'save'} onClick={() => void save()}>
                {t('save')}
              </Button>
              <Button type="primary" loading={busy === 'hold'} onClick={() => void hold()}>
                {t('coaching.act.hold')}
              </Button>
            </span>
          </p>
        )}
        {trouble !== null && <Trouble error={trouble} again={() => void onReload()} />}
        <Next sheet={sheet} busy={busy !== null} take={take} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keys */}
      <div className="form-scroll" tabIndex={0}>
        {TEXTS.map((part) => (
          <div key={part}>
            <Part part={part} notes={notes} onChange={change} />
            {part === 'problem' && (
              <div className="coaching-part">
                <Moments
                  moments={notes.moments}
                  listening={listening}
                  label={t('coaching.clips')}
                  onRemove={
                    change && ((place) => change({ moments: notes.moments.filter((_, index) => index !== place) }))
                  }
                />
                {change && (
                  <p>
                    <Button
                      size="small"
                      icon={<Icon name="pin" size={15} />}
                      onClick={() => change({ moments: pinned(notes.moments, here()) })}
                    >
                      {t('coaching.pin')}
                    </Button>
                  </p>
                )}
              </div>
            )}
          </div>
        ))}
        {change && (
          <div className="coaching-part">
            <label htmlFor="coaching-due_at">{t('coaching.due_at')}</label>
            <Input
              id="coaching-due_at"
              type="date"
              style={{ maxWidth: 180 }}
              value={dayOf(notes.due_at)}
              onChange={(event) => change({ due_at: endOf(event.target.value) })}
            />
          </div>
        )}
        <Figures sheet={sheet} />
        <Taken sheet={sheet} />
      </div>
    </section>
  );
}

/** What was done to it: by whom, when and why. */
function Taken({ sheet }: { sheet: Coaching }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!sheet.steps.length) return null;
  const last = sheet.steps.findLastIndex((step) => step.kind === 'hold');
  return (
    <section className="taken" aria-label={t('coaching.steps')}>
      <h3>{t('coaching.steps')}</h3>
      <ol>
        {sheet.steps.map((step, place) => (
          <li key={place}>
            <p className="taken-head">
              <b>{t(`coaching.act.${step.kind}`)}</b> <span>{step.by.name}</span>{' '}
              <span className="quiet">
                <At at={step.at} />
                {step.effect && ` · ${t(`coaching.effects.${step.effect}`)}`}
              </span>
            </p>
            {step.words && <p className="item-comment">{step.words}</p>}
            {/* What was put before the agent last stands above. */}
            {step.notes && place !== last && (
              <details>
                <summary>{t('coaching.as_it_was')}</summary>
                {TEXTS.map((part) => (
                  <p key={part} className="item-comment">
                    {t(`coaching.parts.${part}`)}
                    {t('colon')}
                    {step.notes?.[part]}
                  </p>
                ))}
                {step.notes.due_at && <p className="quiet">{format.minute(step.notes.due_at)}</p>}
              </details>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
