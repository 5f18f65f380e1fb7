import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { useLive } from '../../api/live';
import { workQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { Work, WorkState } from '../../api/types';
import { useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Card, ConversationLink, errorText, Moment, Nothing, PageHead, Trouble, Waiting } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { Table } from '../../ui/Table';
import { toast } from '../../ui/toast';
import { Refused } from './Refused';
import './work.css';

const STATES: WorkState[] = ['failed', 'running', 'waiting'];

export function WorkPage() {
  const { t } = useTranslation();
  const { open } = useLive();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/work' });
  const state = STATES.find((one) => one === search.state) ?? 'failed';
  const query = useQuery({ ...workQuery(state), refetchInterval: open ? false : 15_000 });
  const data = query.data;
  return (
    <div className="page">
      <PageHead
        title={t('nav.work')}
        note={
          <span className="live-note">
            <i className={`live ${open ? 'on' : ''}`} />
            {t(open ? 'live.on' : 'live.off')}
          </span>
        }
      />
      {query.error && !data ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : !data ? (
        <Card>
          <Waiting rows={8} />
        </Card>
      ) : (
        <>
          <div className="work-top">
            <Behind behind={data.behind} />
            {data.kinds.map((kind) => (
              <Kind
                key={kind.kind}
                kind={kind}
                onState={(next) => void navigate({ to: '/work', search: { state: next } })}
              />
            ))}
          </div>
          <Items
            data={data}
            state={state}
            stale={query.isPlaceholderData}
            onState={(next) => void navigate({ to: '/work', search: { state: next }, replace: true })}
          />
          <Refused />
        </>
      )}
    </div>
  );
}

/** How far speech to text is behind, and when it will have caught up. */
function Behind({ behind }: { behind: Work['behind'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const left = behind.caught_up_at ? Date.parse(behind.caught_up_at) - now : null;
  return (
    <Card title={t('work.behind')} className="behind">
      {behind.sound_ms <= 0 ? (
        <b className="big">{t('work.caught_up')}</b>
      ) : (
        <>
          <b className="big">{format.span(behind.sound_ms)}</b>
          <p className="quiet">{t('work.sound_waits')}</p>
        </>
      )}
      <dl className="pairs">
        <div>
          <dt>{t('work.speed')}</dt>
          <dd>
            {behind.speed === null
              ? t('work.speed_unknown')
              : t('work.speed_n', { n: Math.round(behind.speed * 10) / 10 })}
          </dd>
        </div>
        <div>
          <dt>{t('work.caught_up_at')}</dt>
          <dd>
            {behind.caught_up_at ? (
              <>
                {format.minute(behind.caught_up_at)}
                {left !== null && left > 0 && (
                  <span className="quiet"> · {t('work.in', { span: format.span(left) })}</span>
                )}
              </>
            ) : (
              '–'
            )}
          </dd>
        </div>
      </dl>
    </Card>
  );
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Kind({ kind, onState }: { kind: Work['kinds'][number]; onState: (state: WorkState) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Card title={t(`work.kind.${kind.kind}`)} className="kind">
      <dl>
        {(['waiting', 'running', 'failed'] as const).map((state) => (
          <div key={state}>
            <dt>
              <span className={`state work-${state}`}>{t(`work.state.${state}`)}</span>
            </dt>
            <dd>
              <button
                type="button"
                className={state === 'failed' && kind.failed > 0 ? 'bad' : ''}
                onClick={() => onState(state)}
              >
                {format.count(kind[state])}
              </button>
            </dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{t('work.length', { span: format.span(kind.length_ms) })}</p>
    </Card>
  );
}

function Items({
  data,
  state,
  stale,
  onState,
}: {
  data: Work;
  state: WorkState;
  stale: boolean;
  onState: (state: WorkState) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const client = useQueryClient();
  const totals = Object.fromEntries(STATES.map((one) => [one, data.kinds.reduce((sum, kind) => sum + kind[one], 0)]));
  const retry = useMutation({
    mutationFn: (id: string | null) => api.post<{ retried: number }>(`/work${id ? `/${id}` : ''}/retry`),
    onSuccess: ({ retried }) => toast.good(t('work.retried', { n: retried })),
    onError: (error) => toast.bad(errorText(t, error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['work'] }),
  });
  const total = totals[state] ?? 0;
  return (
    <Card
      className="work-items"
      title={
        <span className="segments" role="radiogroup" aria-label={t('column.state')}>
          {STATES.map((one) => (
            <button key={one} type="button" role="radio" aria-checked={one === state} onClick={() => onState(one)}>
              {t(`work.state.${one}`)}
              <small>{format.count(totals[one] ?? 0)}</small>
            </button>
          ))}
        </span>
      }
      extra={
        state === 'failed' &&
        may('work.retry') &&
        total > 0 && (
          <Sure
            question={t('work.retry_all_sure', { n: total })}
            action={t('work.retry_all')}
            onSure={() => retry.mutate(null)}
            icon={<Icon name="refresh" size={15} />}
            loading={retry.isPending && retry.variables === null}
          />
        )
      }
    >
      {data.items.length === 0 ? (
        <Nothing>{t(`work.none.${state}`)}</Nothing>
      ) : (
        <div className={stale ? 'stale' : ''}>
          <Table
            heads={[
              t('nav.conversations'),
              t('work.kind_label'),
              state !== 'running' && { text: t('work.reason'), className: 'reason' },
              { text: t('work.attempts'), className: 'num' },
              t('work.since'),
              state === 'waiting' && t('work.run_after'),
              state === 'failed' && may('work.retry') && '',
            ]}
          >
            {' '}
            {data.items.map((item) => (
              <tr key={item.id}>
                <td className="nowrap">
                  <ConversationLink id={item.conversation}>{item.external_id}</ConversationLink>
                </td>
                <td className="nowrap">{t(`work.kind.${item.kind}`)}</td>
                {state !== 'running' && <td className="reason">{item.reason ?? <span className="none">–</span>}</td>}
                <td className="num">{item.attempts}</td>
                <td className="nowrap">
                  <Moment at={item.created_at} />
                </td>
                {state === 'waiting' && (
                  <td className="nowrap">
                    <Moment at={item.run_after} />
                  </td>
                )}
                {state === 'failed' && may('work.retry') && (
                  <td className="num">
                    <Button
                      size="small"
                      loading={retry.isPending && retry.variables === item.id}
                      onClick={() => retry.mutate(item.id)}
                      aria-label={`${t('work.retry')} ${item.external_id}`}
                    >
                      {t('work.retry')}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </Table>
        </div>
      )}
      {total > data.items.length && (
        <p className="quiet work-more">{t('work.first', { n: data.items.length, total: format.count(total) })}</p>
      )}
    </Card>
  );
}
