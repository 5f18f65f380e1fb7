import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address } from '../../api/client';
import { conversationQuery, judgementQuery, transcriptQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { Conversation } from '../../api/types';
import { copy } from '../../ui/copy';
import { clock, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Direction, errorText, IconButton, Nothing, StateTag, Trouble, Waiting } from '../../ui/parts';
import { type Tab, Tabs } from '../../ui/Tabs';
import { toast } from '../../ui/toast';
import { usePhone } from '../../ui/useMedia';
import { neighbours } from '../conversations/trail';
import { EvaluateButton, EvaluationsOf } from '../evaluations/Evaluate';
import { Attributes, Metrics } from './Facts';
import { Findings } from './Findings';
import { useListening } from './listening';
import { turnAt } from './marks';
import { ScorePanel } from './ScorePanel';
import { Talk } from './Talk';
import { Versions } from './Versions';
import './conversation.css';

const Player = lazy(() => import('./Player'));
const Compare = lazy(() => import('./Compare'));

export function ConversationPage() {
  const { id } = useParams({ from: '/shell/conversations/$id' });
  const [unmask, setUnmask] = useState<string | null>(null);
  const query = useQuery({
    ...conversationQuery(id, unmask === id),
    placeholderData: (previous) => (previous?.id === id ? previous : undefined),
  });
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
    <Loaded
      key={id}
      conversation={query.data}
      unmask={unmask === id}
      refused={unmask === id ? query.error : null}
      onUnmask={(on) => setUnmask(on ? id : null)}
    />
  );
}

type LoadedProps = {
  conversation: Conversation;
  unmask: boolean;
  refused: Error | null;
  onUnmask: (on: boolean) => void;
};

function Loaded({ conversation, unmask, refused, onUnmask }: LoadedProps) {
  const { t } = useTranslation();
  const may = usePermission();
  const phone = usePhone();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/conversations/$id' });
  const { id } = conversation;

  // Which version is shown.
  const wantedTranscript = search.transcript ?? conversation.transcript?.id;
  const wantedJudgement = search.judgement ?? conversation.judgement?.id;
  const ownTranscript = wantedTranscript === conversation.transcript?.id;
  const ownJudgement = wantedJudgement === conversation.judgement?.id;
  const otherTranscript = useQuery({
    ...transcriptQuery(id, wantedTranscript ?? '', unmask),
    enabled: !ownTranscript && Boolean(wantedTranscript),
  });
  const otherJudgement = useQuery({
    ...judgementQuery(id, wantedJudgement ?? ''),
    enabled: !ownJudgement && Boolean(wantedJudgement),
  });
  const transcript = (ownTranscript ? conversation.transcript : otherTranscript.data) ?? null;
  const judgement = (ownJudgement ? conversation.judgement : otherJudgement.data) ?? null;
  const say = useCallback(
    (turn: number, ms: number) =>
      void navigate({
        to: '/conversations/$id',
        params: { id },
        search: (old) => ({ ...old, turn: String(turn), t: seconds(ms) }),
        replace: true,
        resetScroll: false,
      }),
    [navigate, id],
  );
  const audible = conversation.has_recording && may('recordings.play');
  const listening = useListening({
    id,
    audible,
    transcript,
    judgement,
    onGo: say,
  });
  const { playback, turns, timed, findings, marked, fits, selected, select, pointed, point, here } = listening;
  const { goTurn, goFinding, step } = listening;

  // Where the address points, once.
  const arrived = useRef(false);
  useEffect(() => {
    if (arrived.current || !turns.length || (audible && !playback)) return;
    arrived.current = true;
    const at = search.t === undefined ? undefined : Number(search.t) * 1000;
    const turn = search.turn === undefined ? (at === undefined ? undefined : turnAt(turns, at)) : Number(search.turn);
    if (turn !== undefined && turns[turn]) point(turn);
    const start = at ?? (turn === undefined ? undefined : turns[turn]?.start_ms);
    if (start !== undefined && Number.isFinite(start)) playback?.seek(start);
  }, [turns, playback, audible, search.t, search.turn, point]);

  const [tab, setTab] = useState(phone ? 'talk' : 'findings');
  const link = async (turn?: number) => {
    const params = new URLSearchParams();
    const ms = turn === undefined ? (playback?.get().ms ?? 0) : turns[turn]!.start_ms;
    const at = turn ?? turnAt(turns, ms);
    if (at >= 0 && (turn !== undefined || ms > 0)) {
      params.set('turn', String(at));
      params.set('t', seconds(ms));
    }
    if (!ownTranscript && wantedTranscript) params.set('transcript', wantedTranscript);
    if (!ownJudgement && wantedJudgement) params.set('judgement', wantedJudgement);
    const text = params.toString();
    const done = await copy(`${location.origin}/conversations/${id}${text ? `?${text}` : ''}`);
    if (done) toast.good(t('conversation.copied'));
    else toast.bad(t('errors.unknown'));
  };
  const linkTurn = useRef(link);
  linkTurn.current = link;
  const onLink = useCallback((turn: number) => void linkTurn.current(turn), []);

  const talk = transcript ? (
    <>
      {judgement && !fits && <p className="hint">{t('conversation.other_words')}</p>}
      <Talk
        transcript={transcript}
        findings={marked}
        playback={playback}
        selected={selected}
        pointed={pointed}
        here={here}
        timed={timed}
        onTurn={goTurn}
        onFinding={goFinding}
        onLink={onLink}
      />
    </>
  ) : otherTranscript.error ? (
    <Trouble error={otherTranscript.error} />
  ) : !ownTranscript ? (
    <Waiting rows={8} />
  ) : (
    <Nothing>{t(`conversation.without.${conversation.state}`)}</Nothing>
  );

  const tabs: Tab[] = [
    ...(phone ? [{ key: 'talk', label: t('conversation.talk'), content: talk }] : []),
    {
      key: 'findings',
      label: (
        <>
          {t('conversation.findings')} <small>{judgement ? findings.length : ''}</small>
        </>
      ),
      content: judgement ? (
        <Findings
          judgement={judgement}
          findings={findings}
          turns={fits ? turns : []}
          timed={timed}
          selected={selected}
          onFinding={(place) => {
            if (phone) setTab('talk');
            // The words come into view first.
            requestAnimationFrame(() => goFinding(place));
          }}
        />
      ) : (
        <Nothing>{t('conversation.not_judged')}</Nothing>
      ),
    },
    ...(judgement
      ? [
          {
            key: 'metrics',
            label: t('conversation.metrics'),
            content: <Metrics judgement={judgement} language={conversation.language} />,
          },
        ]
      : []),
    ...(may('evaluations.read')
      ? [{ key: 'evaluations', label: t('evaluation.tab'), content: <EvaluationsOf conversation={id} /> }]
      : []),
    { key: 'attributes', label: t('conversation.attributes'), content: <Attributes conversation={conversation} /> },
    ...(conversation.transcripts.length
      ? [
          {
            key: 'versions',
            label: t('conversation.versions'),
            content: (
              <Versions
                conversation={conversation}
                transcript={wantedTranscript}
                judgement={wantedJudgement}
                onChoose={(chosen) => {
                  select(null);
                  void navigate({
                    to: '/conversations/$id',
                    params: { id },
                    search: {
                      transcript:
                        chosen.transcript === conversation.transcript?.id
                          ? undefined
                          : (chosen.transcript ?? search.transcript),
                      judgement:
                        chosen.judgement === conversation.judgement?.id
                          ? undefined
                          : (chosen.judgement ?? search.judgement),
                    },
                    replace: true,
                  });
                }}
                onCompare={(side) =>
                  void navigate({
                    to: '/conversations/$id',
                    params: { id },
                    search: { ...search, side },
                    replace: true,
                  })
                }
              />
            ),
          },
        ]
      : []),
  ];

  return (
    <div className="conversation">
      <Head
        conversation={conversation}
        unmask={unmask}
        masked={conversation.transcript?.masked ?? false}
        refused={refused}
        onUnmask={onUnmask}
        onLink={() => void link()}
      />
      {playback ? (
        <Suspense fallback={<div className="player" style={{ minHeight: 138 }} />}>
          <Player
            id={id}
            playback={playback}
            turns={turns}
            duration={conversation.duration_ms ?? 0}
            findings={findings}
            selected={selected}
            onFinding={goFinding}
            onStep={step}
          />
        </Suspense>
      ) : (
        conversation.has_recording &&
        !may('recordings.play') && <p className="hint">{t('conversation.may_not_hear')}</p>
      )}
      <div className="conversation-body">
        {!phone && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keys
          <section className="talk-pane" aria-label={t('conversation.talk')} tabIndex={0}>
            {talk}
          </section>
        )}
        <aside className="side-pane" aria-label={t('conversation.judgement')}>
          {judgement && <ScorePanel judgement={judgement} />}
          <Tabs tabs={tabs} active={tab} label={t('conversation.judgement')} onChange={setTab} />
        </aside>
      </div>
      {(search.side === 'transcripts' || search.side === 'judgements') && (
        <Suspense>
          <Compare
            conversation={conversation}
            what={search.side}
            unmask={unmask}
            onClose={() =>
              void navigate({
                to: '/conversations/$id',
                params: { id },
                search: { ...search, side: undefined },
                replace: true,
              })
            }
          />
        </Suspense>
      )}
    </div>
  );
}

function seconds(ms: number): string {
  return String(Math.round(ms / 100) / 10);
}

function Head({
  conversation,
  unmask,
  masked,
  refused,
  onUnmask,
  onLink,
}: {
  conversation: Conversation;
  unmask: boolean;
  masked: boolean;
  refused: Error | null;
  onUnmask: (on: boolean) => void;
  onLink: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const navigate = useNavigate();
  const { previous, next, place, of } = neighbours(conversation.id);
  useEffect(() => {
    if (!refused) return;
    toast.bad(errorText(t, refused));
    onUnmask(false);
  }, [refused, t, onUnmask]);
  const go = (id: string | undefined) => id && void navigate({ to: '/conversations/$id', params: { id }, search: {} });
  const facts: [string, ReactNode][] = [
    [t(conversation.started ? 'column.at' : 'conversation.received'), format.minute(conversation.at)],
    [
      t('agent'),
      conversation.agent && (
        <Link className="plain-link" to="/conversations" search={{ agent: conversation.agent.id }}>
          {conversation.agent.name}{' '}
          {conversation.agent.number !== conversation.agent.name && (
            <span className="quiet">{conversation.agent.number}</span>
          )}
        </Link>
      ),
    ],
    [
      t('team'),
      conversation.team && (
        <Link className="plain-link" to="/conversations" search={{ team: conversation.team.id }}>
          {conversation.team.name}
        </Link>
      ),
    ],
    [
      t('project'),
      conversation.project && (
        <Link className="plain-link" to="/conversations" search={{ project: conversation.project.id }}>
          {conversation.project.name}
        </Link>
      ),
    ],
    [t('column.queue'), conversation.queue],
    [t('column.duration'), conversation.duration_ms === null ? null : clock(conversation.duration_ms)],
    [
      t('column.language'),
      conversation.language && t(`language.${conversation.language}`, { defaultValue: conversation.language }),
    ],
  ];
  return (
    <header className="conversation-head">
      <div className="conversation-title">
        <Link
          to="/conversations"
          className="icon-button"
          aria-label={t('conversation.list')}
          title={t('conversation.list')}
        >
          <Icon name="left" />
        </Link>
        <h1>{conversation.external_id}</h1>
        <Direction direction={conversation.direction} />
        <StateTag state={conversation.state} />
        {unmask && <span className="tag severity-major">{t('conversation.unmasked')}</span>}
        <div className="page-tools">
          {place >= 0 && (
            <span className="neighbours">
              <IconButton
                icon="left"
                label={t('conversation.previous')}
                disabled={!previous}
                onClick={() => go(previous)}
              />
              <span className="quiet">
                {format.count(place + 1)} / {format.count(of)}
              </span>
              <IconButton icon="right" label={t('conversation.next')} disabled={!next} onClick={() => go(next)} />
            </span>
          )}
          {may('conversations.unmask') && (masked || unmask) && (
            <Button
              title={unmask ? undefined : t('conversation.unmask_about')}
              icon={<Icon name={unmask ? 'lock' : 'eye'} size={15} />}
              onClick={() => onUnmask(!unmask)}
            >
              {t(unmask ? 'conversation.mask' : 'conversation.unmask')}
            </Button>
          )}
          {conversation.recording && may('recordings.download') && (
            <Button
              icon={<Icon name="download" size={15} />}
              href={address(`/conversations/${conversation.id}/recording`)}
              download={conversation.recording.name}
            >
              {t('column.recording')}
            </Button>
          )}
          <Button icon={<Icon name="link" size={15} />} onClick={onLink}>
            {t('conversation.copy')}
          </Button>
          <EvaluateButton conversation={conversation.id} />
        </div>
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
