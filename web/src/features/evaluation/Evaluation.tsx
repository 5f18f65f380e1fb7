import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Select } from 'antd';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Evaluation, evaluationQuery } from '../../api/evaluations';
import { conversationQuery, judgementQuery, transcriptQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import { agentText, clock, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { ConversationLink, Nothing, Trouble, Waiting } from '../../ui/parts';
import { usePhone } from '../../ui/useMedia';
import { CoachButton } from '../coaching/CoachButton';
import { useListening } from '../conversation/listening';
import { Talk } from '../conversation/Talk';
import { Due } from '../evaluations/Due';
import { StageTag } from '../evaluations/marks';
import { Form } from './Form';
import '../conversation/conversation.css';
import '../evaluations/evaluations.css';
import './evaluation.css';

const Player = lazy(() => import('../conversation/Player'));

/** A call being judged, or how it was: what was said on one side, the card on the other. */
export function EvaluationPage() {
  const { id } = useParams({ from: '/shell/evaluations/$id' });
  const { revision } = useSearch({ from: '/shell/evaluations/$id' });
  const query = useQuery(evaluationQuery(id, revision === undefined ? undefined : Number(revision) || 1));
  /** Loading anew throws away what stands in the form. */
  const [times, setTimes] = useState(0);
  if (query.error && !query.data) {
    return (
      <div className="page">
        <Trouble error={query.error} again={() => void query.refetch()} />
      </div>
    );
  }
  if (!query.data) {
    return (
      <div className="page">
        <Waiting rows={9} />
      </div>
    );
  }
  return (
    <Desk
      key={query.data.id}
      evaluation={query.data}
      times={times}
      onReload={async () => {
        await query.refetch();
        setTimes((before) => before + 1);
      }}
    />
  );
}

type DeskProps = { evaluation: Evaluation; times: number; onReload: () => Promise<void> };

function Desk({ evaluation, times, onReload }: DeskProps) {
  const { t } = useTranslation();
  const may = usePermission();
  const phone = usePhone();
  const [side, setSide] = useState<'form' | 'talk'>('form');
  const call = evaluation.conversation.id;
  const conversation = useQuery(conversationQuery(call, false));
  const words = useQuery({
    ...transcriptQuery(call, evaluation.transcript ?? '', false),
    enabled: evaluation.transcript !== null,
  });
  const judged = useQuery({
    ...judgementQuery(call, evaluation.judgement ?? ''),
    enabled: evaluation.judgement !== null,
  });
  const listening = useListening({
    id: call,
    audible: (conversation.data?.has_recording ?? false) && may('recordings.play'),
    transcript: words.data ?? null,
    judgement: judged.data ?? null,
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
  ) : evaluation.transcript ? (
    <Waiting rows={8} />
  ) : (
    <Nothing>{t('conversation.no_words')}</Nothing>
  );
  return (
    <div className={`conversation evaluation show-${side}`}>
      <Head evaluation={evaluation} />
      {phone && (
        <div className="segments" role="group" aria-label={t('evaluation.side')}>
          {(['form', 'talk'] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={side === one}
              aria-current={side === one}
              onClick={() => setSide(one)}
            >
              {t(one === 'form' ? 'evaluation.card' : 'conversation.talk')}
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
                duration={evaluation.conversation.duration_ms}
                findings={findings}
                selected={selected}
                onFinding={goFinding}
                onStep={step}
              />
            </Suspense>
          )}
          {conversation.data?.has_recording && !may('recordings.play') && (
            <p className="hint">{t('conversation.may_not_hear')}</p>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keys */}
          <section className="talk-pane" aria-label={t('conversation.talk')} tabIndex={0}>
            {talk}
          </section>
        </div>
        <Form
          // Another revision, a step taken, or loaded anew: another form.
          key={`${evaluation.revision} ${evaluation.may.includes('write')} ${times}`}
          evaluation={evaluation}
          language={conversation.data?.language ?? null}
          listening={listening}
          onReload={onReload}
        />
      </div>
    </div>
  );
}

function Head({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { id, conversation, agent, team, project, inspector, card, mode, revisions, revision } = evaluation;
  const facts: [string, ReactNode][] = [
    [t('evaluation.card'), format.title(card.title, card.id)],
    [t('agent'), agent && agentText(agent)],
    [t('team'), team?.name],
    [t('project'), project?.name],
    [t('column.at'), format.minute(conversation.at)],
    [t('column.duration'), conversation.duration_ms > 0 && clock(conversation.duration_ms)],
    [t('evaluation.inspector'), inspector.name],
    [t('evaluation.mode'), t(`evaluation.modes.${mode}`)],
    [t('evaluation.listened_at'), format.minute(evaluation.listened_at)],
  ];
  const newest = Math.max(...revisions.map((one) => one.revision), revision);
  return (
    <header className="conversation-head">
      <div className="conversation-title">
        <Link to="/evaluations" className="icon-button" aria-label={t('evaluation.list')} title={t('evaluation.list')}>
          <Icon name="left" />
        </Link>
        <h1>
          <ConversationLink id={conversation.id}>{conversation.external_id}</ConversationLink>
        </h1>
        <StageTag stage={evaluation.stage} />
        <Due row={evaluation} />
        <CoachButton evaluation={evaluation} />
        {revisions.length > 1 && (
          <Select
            className="revisions"
            aria-label={t('evaluation.revision')}
            value={revision}
            popupMatchSelectWidth={false}
            options={revisions.map((one) => ({
              value: one.revision,
              label: `${t('evaluation.revision_n', { n: one.revision })} · ${one.inspector.name} · ${t(`evaluation.stages.${one.stage}`)}`,
            }))}
            onChange={(next) =>
              void navigate({
                to: '/evaluations/$id',
                params: { id },
                search: next === newest ? {} : { revision: String(next) },
              })
            }
          />
        )}
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
