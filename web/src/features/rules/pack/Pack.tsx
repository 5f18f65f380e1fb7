import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useBlocker, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Button, Modal } from 'antd';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../../api/client';
import { usePermission } from '../../../api/session';
import { useFormat } from '../../../ui/format';
import { Card, errorText, PageHead, Trouble, Waiting } from '../../../ui/parts';
import { Sure } from '../../../ui/Sure';
import { Tabs } from '../../../ui/Tabs';
import { toast } from '../../../ui/toast';
import { Beside } from './Beside';
import { Differences } from './Differences';
import { Editor, type Going } from './Editor';
import { Publish } from './Publish';
import { Simple } from './Simple';
import { TryCall } from './TryCall';
import { TrySample } from './TrySample';
import { type Checked, type Diagnostic, type Draft, type File, packPath, packsQuery, versionQuery } from './types';
import { Versions } from './Versions';
import './pack.css';

const CHECK_AFTER_MS = 500;
const NONE: Diagnostic[] = [];

/** A pack: its files, what is wrong with them, what they would find, its versions. */
export function PackPage() {
  const { pack } = useParams({ from: '/shell/rules/$pack' });
  const may = usePermission();
  return may('rules.edit') ? <Written key={pack} pack={pack} /> : <Read key={pack} pack={pack} />;
}

/** For those who may read rules and not write them. */
function Read({ pack }: { pack: string }) {
  const packs = useQuery(packsQuery);
  const number = packs.data?.items.find((one) => one.id === pack)?.version?.number;
  const version = useQuery({ ...versionQuery(pack, number ?? 0), enabled: packs.isSuccess });
  const error = packs.error ?? version.error;
  if (error) return <Failed error={error} />;
  if (!version.data) return <Loading />;
  return <Work pack={pack} draft={{ ...fresh, files: version.data.files }} etag="" readOnly reload={() => undefined} />;
}

const fresh: Draft = { files: [], based_on: 0, newest: 0, written_by: null, written_at: null, revision: 0 };

function Written({ pack }: { pack: string }) {
  const [count, setCount] = useState(0);
  const query = useQuery({
    queryKey: ['rules', 'packs', pack, 'draft'],
    queryFn: () => api.getMarked<Draft>(`${packPath(pack)}/draft`),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.error) return <Failed error={query.error} />;
  if (!query.data) return <Loading />;
  const reload = async () => {
    await query.refetch();
    setCount(count + 1);
  };
  return (
    <Work key={count} pack={pack} draft={query.data.value} etag={query.data.etag} readOnly={false} reload={reload} />
  );
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
  pack,
  draft: read,
  etag,
  readOnly,
  reload,
}: {
  pack: string;
  draft: Draft;
  etag: string;
  readOnly: boolean;
  reload: () => void | Promise<void>;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/rules/$pack' });
  const change = (next: Partial<typeof search>) =>
    void navigate({ to: '/rules/$pack', params: { pack }, search: { ...search, ...next }, replace: true });
  const packs = useQuery(packsQuery);
  const head = packs.data?.items.find((one) => one.id === pack);
  const [draft, setDraft] = useState({ value: read, etag });
  const [files, setFiles] = useState(read.files);
  const [going, setGoing] = useState<Going | null>(null);
  const [publishing, setPublishing] = useState(false);
  const [clash, setClash] = useState<{ value: Draft; etag: string } | null>(null);
  const name = files.some((file) => file.name === search.file) ? search.file! : (files[0]?.name ?? '');
  const changed = files !== draft.value.files;
  const { checked, checking } = useChecked(pack, files, readOnly);
  const diagnostics = checked?.diagnostics ?? NONE;
  const failed = (checked?.tests ?? []).filter((test) => test.failure);
  const titles = useMemo(
    () => new Map(checked?.outline.rules.map((rule) => [rule.id, format.title(rule.title, rule.id)])),
    [checked, format],
  );
  useBlocker({
    // Another tab of the same pack is no leaving.
    shouldBlockFn: ({ current, next }) =>
      changed && current.pathname !== next.pathname && !window.confirm(t('pack.leave_unsaved')),
    enableBeforeUnload: changed,
  });

  const put = (file: File) =>
    setFiles((before) =>
      before.some((one) => one.name === file.name)
        ? before.map((one) => (one.name === file.name ? file : one))
        : [...before, file],
    );
  const go = (file: string, line: number, column?: number) => {
    change({ tab: 'files', file });
    setGoing({ file, line, column, times: (going?.times ?? 0) + 1 });
  };
  const save = useMutation({
    mutationFn: async ({ over, based_on }: { over?: string; based_on?: number }) => {
      const body = based_on === undefined ? { files } : { files, based_on };
      const value = await api.put<Draft>(`${packPath(pack)}/draft`, body, over ?? draft.etag);
      return { value, etag: `"${value.revision}"` };
    },
    onSuccess: (kept) => {
      setDraft({ ...kept, value: { ...kept.value, files } });
      setClash(null);
      toast.good(t('pack.saved'));
      void client.invalidateQueries({ queryKey: packsQuery.queryKey, exact: true });
    },
    onError: async (error) => {
      if (error instanceof ApiError && error.code === 'changed_meanwhile') {
        setClash(await api.getMarked<Draft>(`${packPath(pack)}/draft`));
      } else {
        toast.bad(`${errorText(t, error)} ${error.message}`);
      }
    },
  });
  const discard = useMutation({
    mutationFn: () => api.remove(`${packPath(pack)}/draft`, draft.etag),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: packsQuery.queryKey, exact: true });
      if (head?.version) void reload();
      else void navigate({ to: '/rules' });
    },
    onError: (error) => toast.bad(errorText(t, error)),
  });
  const behind = draft.value.revision > 0 && draft.value.based_on !== draft.value.newest;
  const version = head?.version;
  return (
    <div className="page pack-page">
      <PageHead
        title={head ? format.title(head.title, pack) : pack}
        note={
          version &&
          (version.published_at
            ? t('pack.counts_n', {
                n: version.number,
                name: version.published_by ?? '',
                time: format.minute(version.published_at),
              })
            : t('pack.counts_shipped'))
        }
      >
        <Link to="/rules" search={{ pack }} className="button-link">
          {t('pack.all_rules')}
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
                disabled={changed || draft.value.revision === 0 || behind}
                onClick={() => setPublishing(true)}
              >
                {t('pack.publish')}
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
          <Button
            size="small"
            onClick={() =>
              change({ tab: 'versions', from: String(draft.value.based_on), to: String(draft.value.newest) })
            }
          >
            {t('pack.what_changed')}
          </Button>{' '}
          <Button size="small" onClick={() => save.mutate({ based_on: draft.value.newest })}>
            {t('pack.keep_over', { n: draft.value.newest })}
          </Button>
        </p>
      )}
      <Tabs
        label={pack}
        active={search.tab ?? 'files'}
        onChange={(tab) => change({ tab })}
        tabs={[
          {
            key: 'files',
            // Whatever stands wrong is left out of all that the other tabs show.
            label: (
              <>
                {t('pack.tab_files')}
                <Wrong count={diagnostics.length + failed.length} />
              </>
            ),
            content: (
              <Card className="pack-files">
                <div className="file-row" role="group" aria-label={t('pack.files')}>
                  {files.map((file) => {
                    const wrong = diagnostics.filter((one) => one.file === file.name).length;
                    return (
                      <button
                        key={file.name}
                        type="button"
                        aria-pressed={file.name === name}
                        onClick={() => change({ file: file.name })}
                      >
                        {file.name}
                        <Wrong count={wrong} />
                      </button>
                    );
                  })}
                  {!readOnly && (
                    <NewFile
                      files={files}
                      onNew={(file) => {
                        put(file);
                        change({ file: file.name });
                      }}
                    />
                  )}
                </div>
                <Editor
                  files={files}
                  name={name}
                  readOnly={readOnly}
                  diagnostics={diagnostics}
                  going={going}
                  onChange={(file, text) => put({ name: file, text })}
                />
                {!readOnly && (
                  <div className="problems" aria-live="polite">
                    <p className={diagnostics.length || failed.length ? 'bad' : 'good'}>
                      {checking
                        ? t('pack.checking')
                        : diagnostics.length || failed.length
                          ? t('pack.problems', { n: diagnostics.length, tests: failed.length })
                          : t('pack.no_problems', { tests: checked?.tests.length ?? 0 })}
                    </p>
                    <ol>
                      {diagnostics.map((one, place) => (
                        <li key={place}>
                          <button type="button" onClick={() => go(one.file, one.line, one.column)}>
                            <span className={`tag ${one.grade === 'error' ? 'severity-fatal' : 'severity-minor'}`}>
                              {t(`pack.${one.grade}`)}
                            </span>{' '}
                            <code>
                              {one.file}:{one.line}:{one.column}
                            </code>{' '}
                            {one.message} {one.help && <span className="quiet">{one.help}</span>}
                          </button>
                        </li>
                      ))}
                      {failed.map((test) => (
                        <li key={`${test.rule} ${test.name}`}>
                          <button type="button" onClick={() => go(test.file, test.line, test.column)}>
                            <span className="tag severity-major">{t('pack.test')}</span>{' '}
                            <code>
                              {test.file}:{test.line}
                            </code>{' '}
                            {titles.get(test.rule) ?? test.rule}, {test.name}: {test.failure}
                          </button>
                        </li>
                      ))}
                    </ol>
                  </div>
                )}
              </Card>
            ),
          },
          ...(readOnly
            ? []
            : [
                {
                  key: 'simple',
                  label: t('pack.tab_simple'),
                  content: (
                    <Card>
                      <Simple pack={pack} files={files} outline={checked?.outline} onFile={put} onGo={go} />
                    </Card>
                  ),
                },
                {
                  key: 'changes',
                  label: t('pack.tab_changes'),
                  content: (
                    <Card>
                      {checked ? <Differences found={checked.difference} titles={titles} /> : <Waiting rows={4} />}
                    </Card>
                  ),
                },
                {
                  key: 'call',
                  label: t('pack.tab_call'),
                  content: (
                    <Card>
                      <TryCall pack={pack} files={files} call={search.call} onCall={(call) => change({ call })} />
                    </Card>
                  ),
                },
                {
                  key: 'sample',
                  label: t('pack.tab_sample'),
                  content: (
                    <Card>
                      <TrySample pack={pack} files={files} />
                    </Card>
                  ),
                },
              ]),
          {
            key: 'versions',
            label: t('pack.tab_versions'),
            content: (
              <Card>
                <Versions
                  pack={pack}
                  titles={titles}
                  from={number(search.from)}
                  to={number(search.to)}
                  onTwo={(from, to) => change({ from: String(from), to: String(to) })}
                />
              </Card>
            ),
          },
        ]}
      />
      {publishing && (
        <Publish
          pack={pack}
          draft={{ revision: draft.value.revision, files, written_by: draft.value.written_by }}
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
          <Beside left={clash.value.files} right={files} labels={[t('pack.theirs'), t('pack.mine')]} />
          <div className="form-foot">
            <Button onClick={() => setClash(null)}>{t('cancel')}</Button>
            <Button
              onClick={() => {
                setDraft(clash);
                setFiles(clash.value.files);
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

/** What is to be said of the files, a moment after the last stroke. */
function useChecked(
  pack: string,
  files: File[],
  readOnly: boolean,
): { checked: Checked | undefined; checking: boolean } {
  const format = useFormat();
  const [asked, setAsked] = useState({ files, times: 0 });
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked((before) => (before.files === files ? before : { files, times: before.times + 1 }));
    }, CHECK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [files]);
  const query = useQuery({
    queryKey: ['rules', 'packs', pack, 'checked', format.lang, asked.times],
    queryFn: () => api.post<Checked>(`${packPath(pack)}/check`, { files: asked.files, lang: format.lang }),
    enabled: !readOnly,
    placeholderData: (before) => before,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const checked = useDeferredValue(query.data);
  return { checked, checking: asked.files !== files || query.isFetching };
}

function Wrong({ count }: { count: number }) {
  return count > 0 && <span className="wrong">{count}</span>;
}

function NewFile({ files, onNew }: { files: File[]; onNew: (file: File) => void }) {
  const { t } = useTranslation();
  const add = () => {
    const name = window.prompt(t('pack.new_file'), 'rules.yaml')?.trim();
    if (name && !files.some((file) => file.name === name)) onNew({ name, text: 'rules:\n' });
  };
  return (
    <button type="button" className="text-button" onClick={add}>
      {t('pack.add_file')}
    </button>
  );
}
