import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useBlocker, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Button, Modal } from 'antd';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { cardsQuery, type Scorecard } from '../../api/scorecards';
import { usePermission } from '../../api/session';
import { useFormat } from '../../ui/format';
import { Card, errorText, Nothing, PageHead, Trouble, Waiting } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { Tabs } from '../../ui/Tabs';
import { toast } from '../../ui/toast';
import { Beside } from '../rules/pack/Beside';
import { Editor, type Going } from '../rules/pack/Editor';
import { lineOf } from './asked';
import { Differences } from './Differences';
import { Form } from './Form';
import { Publish } from './Publish';
import { type Checked, cardPath, cardVersionQuery, type Draft, type Fault, type Shown } from './types';
import { Versions } from './Versions';
import { CARD_WORDS } from './vocabulary';
import '../rules/pack/pack.css';
import './scorecards.css';

const CHECK_AFTER_MS = 500;
const NONE: Fault[] = [];

/** A scorecard: its file, what is wrong in it, the form that comes of it, its versions. */
export function ScorecardPage() {
  const { card } = useParams({ from: '/shell/scorecards/$card' });
  const may = usePermission();
  return may('rules.edit') ? <Written key={card} id={card} /> : <Read key={card} id={card} />;
}

/** For those who may read scorecards and not write them. */
function Read({ id }: { id: string }) {
  const cards = useQuery(cardsQuery);
  const number = cards.data?.items.find((one) => one.id === id)?.version?.number;
  const version = useQuery({ ...cardVersionQuery(id, number ?? 0), enabled: cards.isSuccess });
  const error = cards.error ?? version.error;
  if (error) return <Failed error={error} />;
  if (!version.data) return <Loading />;
  return <Work id={id} draft={{ ...fresh, file: version.data.file }} etag="" shown={version.data} reload={() => {}} />;
}

const fresh: Draft = { file: '', based_on: 0, newest: 0, written_by: null, written_at: null, revision: 0 };

function Written({ id }: { id: string }) {
  const [count, setCount] = useState(0);
  const query = useQuery({
    queryKey: ['scorecards', id, 'draft'],
    queryFn: () => api.getMarked<Draft>(`${cardPath(id)}/draft`),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.error) return <Failed error={query.error} />;
  if (!query.data) return <Loading />;
  const reload = async () => {
    await query.refetch();
    setCount(count + 1);
  };
  return <Work key={count} id={id} draft={query.data.value} etag={query.data.etag} reload={reload} />;
}

function Failed({ error }: { error: unknown }) {
  return (
    <div className="page">
      <Trouble error={error} />
    </div>
  );
}

function Loading() {
  return (
    <div className="page">
      <Waiting rows={9} />
    </div>
  );
}

function Work({
  id,
  draft: read,
  etag,
  shown,
  reload,
}: {
  id: string;
  draft: Draft;
  etag: string;
  /** The version that counts, for those who only read. */
  shown?: Shown;
  reload: () => void | Promise<void>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/scorecards/$card' });
  const change = (next: Partial<typeof search>) =>
    void navigate({
      to: '/scorecards/$card',
      params: { card: id },
      search: { ...search, ...next },
      replace: true,
      resetScroll: false,
    });
  const readOnly = shown !== undefined;
  const head = useQuery(cardsQuery).data?.items.find((one) => one.id === id);
  const version = head?.version;
  const [draft, setDraft] = useState({ value: read, etag });
  const [file, setFile] = useState(read.file);
  const [going, setGoing] = useState<Going | null>(null);
  const [publishing, setPublishing] = useState(false);
  const [clash, setClash] = useState<{ value: Draft; etag: string } | null>(null);
  const name = `${id}.yaml`;
  const changed = file !== draft.value.file;
  const { checked, checking, asked } = useChecked(id, file, readOnly);
  const faults = checked?.diagnostics ?? NONE;
  const errors = faults.filter((one) => one.grade === 'error').length;
  const marks = useMemo(() => faults.map((one) => ({ ...one, file: name })), [faults, name]);
  const form = useLast(shown?.card ?? checked?.card);
  const counting = useQuery({
    ...cardVersionQuery(id, version?.number ?? 0),
    enabled: !readOnly && version !== undefined && version !== null && search.tab === 'changes',
  });
  useBlocker({
    // Another tab of the same card is no leaving.
    shouldBlockFn: ({ current, next }) =>
      changed && current.pathname !== next.pathname && !window.confirm(t('scorecards.leave_unsaved')),
    enableBeforeUnload: changed,
  });
  const go = (line: number, column?: number) => setGoing({ file: name, line, column, times: (going?.times ?? 0) + 1 });
  const save = useMutation({
    mutationFn: async ({ over, based_on }: { over?: string; based_on?: number }) => {
      const body = based_on === undefined ? { file } : { file, based_on };
      const value = await api.put<Draft>(`${cardPath(id)}/draft`, body, over ?? draft.etag);
      return { value, etag: `"${value.revision}"` };
    },
    onSuccess: (kept) => {
      setDraft(kept);
      setClash(null);
      toast.good(t('pack.saved'));
      void client.invalidateQueries({ queryKey: cardsQuery.queryKey, exact: true });
    },
    onError: async (error) => {
      if (error instanceof ApiError && error.code === 'changed_meanwhile') {
        setClash(await api.getMarked<Draft>(`${cardPath(id)}/draft`));
      } else {
        toast.bad(`${errorText(t, error)} ${error.message}`);
      }
    },
  });
  const discard = useMutation({
    mutationFn: () => api.remove(`${cardPath(id)}/draft`, draft.etag),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: cardsQuery.queryKey, exact: true });
      if (version) void reload();
      else void navigate({ to: '/scorecards' });
    },
    onError: (error) => toast.bad(errorText(t, error)),
  });
  const behind = draft.value.revision > 0 && draft.value.based_on !== draft.value.newest;
  const preview = (
    <Card>
      {form ? (
        <Form
          card={form}
          tried={readOnly || errors > 0 ? undefined : asked}
          lineOf={readOnly ? undefined : (item) => lineOf(file, item)}
          onGo={go}
        />
      ) : checked ? (
        <Nothing>{t('scorecards.no_form')}</Nothing>
      ) : (
        <Waiting rows={6} />
      )}
    </Card>
  );
  const problems = (
    <Card className="problems">
      <p className={errors ? 'bad' : faults.length ? '' : 'good'} aria-live="polite">
        {checking
          ? t('pack.checking')
          : faults.length
            ? t('scorecards.problems', { errors, warnings: faults.length - errors })
            : t('scorecards.no_problems')}
      </p>
      <ol>
        {faults.map((one, place) => (
          <li key={place}>
            <button type="button" onClick={() => go(one.line, one.column)}>
              <span className={`tag ${one.grade === 'error' ? 'severity-fatal' : 'severity-minor'}`}>
                {t(`pack.${one.grade}`)}
              </span>{' '}
              <code>
                {one.line}:{one.column}
              </code>{' '}
              {one.message} <span className="quiet">{one.help}</span>
            </button>
          </li>
        ))}
      </ol>
    </Card>
  );
  const versions = (
    <Card>
      {version === null ? (
        <Nothing>{t('scorecards.no_versions')}</Nothing>
      ) : (
        <Versions card={id} shown={number(search.version)} onShow={(one) => change({ version: one?.toString() })} />
      )}
    </Card>
  );
  return (
    <div className="page pack-page card-page">
      <PageHead
        title={format.title(form?.title ?? head?.title, id)}
        note={
          version === null
            ? t('scorecards.unpublished')
            : version &&
              (version.published_at
                ? t('pack.counts_n', {
                    n: version.number,
                    name: version.published_by ?? '',
                    time: format.minute(version.published_at),
                  })
                : t('pack.counts_shipped'))
        }
      >
        <Link to="/scorecards" className="button-link">
          {t('scorecards.all')}
        </Link>
        {!readOnly && (
          <>
            {draft.value.revision > 0 && (
              <Sure
                question={t('pack.discard_sure')}
                action={t('pack.discard')}
                onSure={() => discard.mutate()}
                loading={discard.isPending}
              />
            )}
            <Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate({})}>
              {t('pack.save')}
            </Button>
            {may('rules.publish') && (
              <Button
                type="primary"
                disabled={changed || draft.value.revision === 0 || behind || errors > 0}
                onClick={() => setPublishing(true)}
              >
                {t('scorecards.publish')}
              </Button>
            )}
          </>
        )}
      </PageHead>
      {draft.value.written_at && !readOnly && (
        <p className="pack-note">
          {t('pack.draft_of', { name: draft.value.written_by ?? '', time: format.minute(draft.value.written_at) })}
          {changed && <b> {t('pack.unsaved')}</b>}
        </p>
      )}
      {behind && (
        <p className="pack-note warn" role="alert">
          {t('pack.behind', { n: draft.value.newest, base: draft.value.based_on })}{' '}
          <Button size="small" onClick={() => change({ tab: 'changes' })}>
            {t('pack.what_changed')}
          </Button>{' '}
          <Button size="small" onClick={() => save.mutate({ based_on: draft.value.newest })}>
            {t('pack.keep_over', { n: draft.value.newest })}
          </Button>
        </p>
      )}
      <div className="card-halves">
        <Card className="card-file">
          <Editor
            files={[{ name, text: file }]}
            name={name}
            readOnly={readOnly}
            diagnostics={marks}
            going={going}
            words={CARD_WORDS}
            onChange={(_, text) => setFile(text)}
          />
        </Card>
        <Tabs
          label={id}
          active={search.tab ?? 'form'}
          onChange={(tab) => change({ tab })}
          tabs={[
            { key: 'form', label: t('scorecards.tab_form'), content: preview },
            ...(readOnly
              ? []
              : [
                  {
                    key: 'problems',
                    label: (
                      <>
                        {t('scorecards.tab_problems')}
                        {faults.length > 0 && (
                          <span className={errors ? 'wrong' : 'wrong mild'}>{errors || faults.length}</span>
                        )}
                      </>
                    ),
                    content: problems,
                  },
                  {
                    key: 'changes',
                    label: t('pack.tab_changes'),
                    content: (
                      <Card>
                        {version === null ? (
                          <Nothing>{t('scorecards.no_versions')}</Nothing>
                        ) : checked?.difference && counting.data ? (
                          <Differences
                            found={checked.difference}
                            before={counting.data.card}
                            after={checked.card ?? undefined}
                          />
                        ) : checked && !checked.card ? (
                          <Nothing>{t('scorecards.no_form')}</Nothing>
                        ) : (
                          <Waiting rows={4} />
                        )}
                      </Card>
                    ),
                  },
                ]),
            { key: 'versions', label: t('pack.tab_versions'), content: versions },
          ]}
        />
      </div>
      {publishing && (
        <Publish
          card={id}
          draft={{
            revision: draft.value.revision,
            written_by: draft.value.written_by,
            warnings: faults.length - errors,
          }}
          onClose={() => setPublishing(false)}
          onDone={() => void reload()}
        />
      )}
      {clash && (
        <Modal open width={1100} title={t('pack.clash')} onCancel={() => setClash(null)} footer={null}>
          <p>
            {t('pack.clash_about', {
              name: clash.value.written_by ?? '',
              time: format.minute(clash.value.written_at ?? ''),
            })}
          </p>
          <Beside
            left={[{ name, text: clash.value.file }]}
            right={[{ name, text: file }]}
            labels={[t('pack.theirs'), t('pack.mine')]}
          />
          <div className="form-foot">
            <Button onClick={() => setClash(null)}>{t('cancel')}</Button>
            <Button
              onClick={() => {
                setDraft(clash);
                setFile(clash.value.file);
                setClash(null);
              }}
            >
              {t('pack.take_theirs')}
            </Button>
            <Button type="primary" loading={save.isPending} onClick={() => save.mutate({ over: clash.etag })}>
              {t('pack.keep_mine')}
            </Button>
          </div>
        </Modal>
      )}
    </div>
  );
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The last form that could be read: half a word more does not take it away from before the eyes. */
function useLast(card: Scorecard | null | undefined): Scorecard | undefined {
  const [last, setLast] = useState<Scorecard>();
  useEffect(() => {
    if (card) setLast(card);
  }, [card]);
  return card ?? last;
}

/** What is to be said of the file, a moment after the last stroke. */
function useChecked(
  id: string,
  file: string,
  readOnly: boolean,
): { checked: Checked | undefined; checking: boolean; asked: string } {
  const format = useFormat();
  const [asked, setAsked] = useState({ file, times: 0 });
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked((before) => (before.file === file ? before : { file, times: before.times + 1 }));
    }, CHECK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [file]);
  const query = useQuery({
    queryKey: ['scorecards', id, 'checked', format.lang, asked.times],
    queryFn: () => api.post<Checked>(`${cardPath(id)}/check`, { file: asked.file, lang: format.lang }),
    enabled: !readOnly,
    placeholderData: (before) => before,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const checked = useDeferredValue(query.data);
  return { checked, checking: asked.file !== file || query.isFetching, asked: asked.file };
}
