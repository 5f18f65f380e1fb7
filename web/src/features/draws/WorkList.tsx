import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { type OwnWork, type OwnWorkItem, workListQuery } from '../../api/draws';
import { type Evaluation, evaluationQuery, MODES, type Mode } from '../../api/evaluations';
import { agentText, clock, useFormat } from '../../ui/format';
import { useKept } from '../../ui/kept';
import { Card, ConversationLink, errorText, Loaded, Moment, PageHead } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { toast } from '../../ui/toast';
import { usePhone } from '../../ui/useMedia';
import { DueAt, WorkTag } from './marks';
import './draws.css';

/** What is shown together, and the states that it holds. */
const SHOWN = { todo: 'open,draft', done: 'done' } as const;
type Shown = keyof typeof SHOWN;

/** How one listens is kept as long as the window. */
const MODE = 'lingjian.work-list.mode';

/** What one has to listen to, what is due first first. */
export function WorkListPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/shell/work-list' });
  const shown: Shown = search.state === 'done' ? 'done' : 'todo';
  const query = useQuery(workListQuery(SHOWN[shown]));
  const [kept, keep] = useKept<Mode>(MODE, 'recorded', 'sessionStorage');
  const mode = MODES.includes(kept) ? kept : 'recorded';
  const begins = query.data?.items.some((item) => item.evaluation === null);
  return (
    <div className="page work-list-page">
      <PageHead title={t('nav.work_list')} note={query.data && <Counts work={query.data} />} />
      <Card
        title={<Choice shown={shown} work={query.data} />}
        extra={begins && <Listening mode={mode} change={keep} />}
      >
        <Loaded query={query} rows={8} empty={query.data?.items.length === 0 && t(`draws.no_work.${shown}`)}>
          {({ items }) => (
            <div className={query.isPlaceholderData ? 'stale' : ''}>
              <Rows items={items} mode={mode} />
            </div>
          )}
        </Loaded>
      </Card>
    </div>
  );
}

function Counts({ work }: { work: OwnWork }) {
  const { t } = useTranslation();
  return (
    <span className="work-counts">
      <span>{t('draws.open_n', { n: work.open })}</span>
      <span>{t('draws.draft_n', { n: work.draft })}</span>
      <span>{t('draws.done_n', { n: work.done })}</span>
      {work.late > 0 && <span className="tag severity-fatal">{t('draws.late_n', { n: work.late })}</span>}
    </span>
  );
}

function Choice({ shown, work }: { shown: Shown; work: OwnWork | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const counts = work && { todo: work.open + work.draft, done: work.done };
  return (
    <span className="segments" role="radiogroup" aria-label={t('column.state')}>
      {(['todo', 'done'] as const).map((one) => (
        <button
          key={one}
          type="button"
          role="radio"
          aria-checked={one === shown}
          onClick={() =>
            void navigate({ to: '/work-list', search: { state: one === 'done' ? one : undefined }, replace: true })
          }
        >
          {t(`draws.shown.${one}`)}
          {counts && <small>{format.count(counts[one])}</small>}
        </button>
      ))}
    </span>
  );
}

/** How one listens to what one begins here. */
function Listening({ mode, change }: { mode: Mode; change: (mode: Mode) => void }) {
  const { t } = useTranslation();
  return (
    <span className="work-mode">
      <span id="work-mode" title={t('draws.mode_about')}>
        {t('evaluation.mode')}
      </span>
      <span className="segments" role="radiogroup" aria-labelledby="work-mode">
        {MODES.map((one) => (
          <button key={one} type="button" role="radio" aria-checked={one === mode} onClick={() => change(one)}>
            {t(`evaluation.modes.${one}`)}
          </button>
        ))}
      </span>
    </span>
  );
}

function Rows({ items, mode }: { items: OwnWorkItem[]; mode: Mode }) {
  const { t } = useTranslation();
  const format = useFormat();
  const phone = usePhone();
  return (
    <Table
      heads={[
        !phone && t('draws.due'),
        t('evaluation.call'),
        !phone && t('column.at'),
        !phone && { text: t('column.duration'), className: 'num' },
        !phone && t('project'),
        !phone && t('agent'),
        !phone && t('evaluation.card'),
        t('column.state'),
        '',
      ]}
    >
      {items.map((item) => (
        <tr key={`${item.draw} ${item.conversation.id}`} className="work-row">
          {!phone && (
            <td className="nowrap">
              <DueAt row={item} />
            </td>
          )}
          <td>
            <ConversationLink id={item.conversation.id}>{item.conversation.external_id}</ConversationLink>
            {phone && (
              <>
                <small className="quiet">
                  {[item.project?.name, item.agent && agentText(item.agent), clock(item.conversation.duration_ms)]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
                <small>
                  <DueAt row={item} />
                </small>
              </>
            )}
          </td>
          {!phone && (
            <>
              <td className="nowrap">
                <Moment at={item.conversation.at} />
              </td>
              <td className="num">{clock(item.conversation.duration_ms)}</td>
              <td>{item.project?.name ?? <span className="none">–</span>}</td>
              <td>{item.agent ? agentText(item.agent) : <span className="none">–</span>}</td>
              <td>{format.title(item.card.title, item.card.id)}</td>
            </>
          )}
          <td>
            <WorkTag state={item.state} />
          </td>
          <td className="num nowrap">
            <Go item={item} mode={mode} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** The way to the desk: begins what is not begun. */
function Go({ item, mode }: { item: OwnWorkItem; mode: Mode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const begin = useMutation({
    mutationFn: () =>
      api.post<Evaluation>('/evaluations', {
        conversation: item.conversation.id,
        card: item.card.id,
        mode,
      }),
    onSuccess: (begun) => {
      client.setQueryData(evaluationQuery(begun.id).queryKey, begun);
      void client.invalidateQueries({ queryKey: ['evaluations'] });
      void navigate({ to: '/evaluations/$id', params: { id: begun.id } });
    },
    onError: (error) => toast.bad(errorText(t, error)),
  });
  const named = (word: string) => ({ 'aria-label': `${word} ${item.conversation.external_id}` });
  if (item.evaluation) {
    const word = t(item.state === 'done' ? 'draws.look' : 'evaluation.go_on');
    return (
      <Link to="/evaluations/$id" params={{ id: item.evaluation }} preload={false} {...named(word)}>
        {word}
      </Link>
    );
  }
  return (
    <Button
      type="primary"
      size="small"
      loading={begin.isPending}
      onClick={() => begin.mutate()}
      {...named(t('evaluation.start'))}
    >
      {t('evaluation.start')}
    </Button>
  );
}
