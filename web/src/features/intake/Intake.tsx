import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AutoComplete, Button, Input } from 'antd';
import { type DragEvent, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { placesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { Upload } from '../../api/types';
import { useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Card, errorText, IconButton, Nothing, PageHead } from '../../ui/parts';
import { add, drop, follow, goOn, pause, type Sending, sendings } from './sending';
import './intake.css';

/** Asked again while it waits to be taken in. */
const uploadQuery = (id: string) =>
  queryOptions({
    queryKey: ['upload', id],
    queryFn: ({ signal }) => api.get<Upload>(`/uploads/${id}`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.state === 'received' || !state.data ? 1000 : false),
  });

export function IntakePage() {
  const { t } = useTranslation();
  const may = usePermission();
  const { data: places } = useQuery({ ...placesQuery, enabled: may('conversations.list') });
  const all = useSyncExternalStore(follow, sendings);
  const [about, setAbout] = useState({ source: '', project: '' });
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null) =>
    files && add(files, { source: about.source.trim(), project: about.project.trim() });
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div className="page">
      <PageHead title={t('nav.intake')} note={t('intake.about')} />
      <Card>
        <div className="intake-about">
          <label htmlFor="intake-project">{t('project')}</label>
          <AutoComplete
            id="intake-project"
            value={about.project}
            options={places?.projects.map(({ name }) => ({ value: name }))}
            onChange={(project) => setAbout({ ...about, project: project ?? '' })}
            placeholder={t('intake.project_hint')}
          />
          <label htmlFor="intake-source">{t('intake.source')}</label>
          <Input
            id="intake-source"
            maxLength={200}
            value={about.source}
            onChange={(event) => setAbout({ ...about, source: event.target.value })}
            placeholder={t('intake.source_hint')}
          />
        </div>
        <section
          className={`intake-drop ${over ? 'over' : ''}`}
          aria-label={t('intake.drop')}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={dropped}
        >
          <Icon name="upload" size={28} />
          <p>{t('intake.drop')}</p>
          <Button type="primary" onClick={() => chooser.current?.click()}>
            {t('intake.choose')}
          </Button>
          <p className="quiet">{t('intake.kinds')}</p>
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            aria-label={t('intake.choose')}
            onChange={(event) => {
              take(event.target.files);
              event.target.value = '';
            }}
          />
        </section>
      </Card>
      <Card title={t('intake.files')} className="intake-list">
        {all.length ? (
          <ul className="intake-files">
            {all.map((one) => (
              <FileRow key={one.key} one={one} />
            ))}
          </ul>
        ) : (
          <Nothing>{t('intake.no_files')}</Nothing>
        )}
      </Card>
    </div>
  );
}

function FileRow({ one }: { one: Sending }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = one.size ? Math.floor((one.sent / one.size) * 100) : 0;
  return (
    <li className="intake-file">
      <div className="intake-name">
        <b>{one.name}</b>
        <span className="quiet">
          {format.bytes(one.sent)} / {format.bytes(one.size)}
        </span>
      </div>
      {one.state === 'sent' && one.id ? (
        <Became id={one.id} />
      ) : (
        <div className="intake-way">
          <progress max={100} value={share} aria-label={t('intake.progress', { name: one.name })} />
          <span className={one.state === 'failed' ? 'bad' : 'quiet'} role={one.error ? 'alert' : undefined}>
            {one.error ? `${errorText(t, one.error)} ${one.error.detail}` : `${t(`intake.${one.state}`)} ${share} %`}
          </span>
        </div>
      )}
      <div className="intake-tools">
        {one.state === 'sending' && (
          <IconButton icon="pause" label={t('intake.pause', { name: one.name })} onClick={() => pause(one.key)} />
        )}
        {(one.state === 'paused' || one.state === 'failed') && (
          <IconButton icon="play" label={t('intake.go_on', { name: one.name })} onClick={() => goOn(one.key)} />
        )}
        <IconButton icon="close" label={t('intake.remove', { name: one.name })} onClick={() => drop(one.key)} />
      </div>
    </li>
  );
}

/** What the house made of a file. */
function Became({ id }: { id: string }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { data, error } = useQuery(uploadQuery(id));
  if (error) return <span className="bad">{errorText(t, error)}</span>;
  if (!data?.outcome) return <span className="quiet">{t('intake.received')}</span>;
  const { refusals, conversation, ...counts } = data.outcome;
  const told = (['new', 'more', 'same', 'refused'] as const).filter((one) => counts[one] > 0);
  return (
    <div className="intake-became">
      {told.map((one) => (
        <span key={one} className={`tag ${one === 'refused' ? 'severity-major' : 'plain'}`}>
          {t(`intake.became_${one}`, { count: counts[one] })}
        </span>
      ))}
      {conversation && may('conversations.read') && (
        <Link to="/conversations/$id" params={{ id: conversation }}>
          {t('intake.open')}
        </Link>
      )}
      {refusals.length > 0 && (
        <details>
          <summary>{t('intake.why')}</summary>
          <ul>
            {refusals.map(({ line, field, reason, advice }, at) => (
              <li key={at}>
                {line !== null && `${t('intake.line', { line })} `}
                {field && <code>{field}</code>} {reason}
                {advice && ` (${advice})`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
