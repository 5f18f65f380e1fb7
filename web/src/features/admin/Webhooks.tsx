import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Select, Switch } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { usePermission } from '../../api/session';
import type { Page, Webhook } from '../../api/types';
import { Icon } from '../../ui/Icon';
import { Card, errorText, Loaded, Moment, PageHead } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { Table } from '../../ui/Table';
import { toast } from '../../ui/toast';
import { projectsQuery } from './places';
import { Secret } from './Secret';
import './admin.css';

const EVENTS = ['conversation.received', 'conversation.transcribed', 'conversation.judged', 'work.failed'];
const word = (event: string) => `webhooks.event.${event.replace('.', '_')}`;

const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: ({ signal }) => api.get<Page<Webhook>>('/webhooks', undefined, signal),
  refetchInterval: 5000,
});

export function WebhooksPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery(webhooksQuery);
  const [edited, setEdited] = useState<Webhook | 'new' | null>(null);
  const [once, setOnce] = useState<{ name: string; secret: string } | null>(null);
  const again = () => client.invalidateQueries({ queryKey: ['webhooks'] });
  const onError = (error: Error) => toast.bad(errorText(t, error));
  const retry = useMutation({
    mutationFn: (id: string) => api.post(`/webhooks/${id}/retry`),
    onError,
    onSettled: again,
  });
  const skip = useMutation({ mutationFn: (id: string) => api.post(`/webhooks/${id}/skip`), onError, onSettled: again });
  const remove = useMutation({ mutationFn: (id: string) => api.remove(`/webhooks/${id}`), onError, onSettled: again });
  return (
    <div className="page">
      <PageHead title={t('nav.webhooks')} note={t('webhooks.about')}>
        <Button type="primary" icon={<Icon name="plus" size={15} />} onClick={() => setEdited('new')}>
          {t('webhooks.new')}
        </Button>
      </PageHead>
      <Card>
        <Loaded query={query} rows={3} empty={query.data?.items.length === 0 && t('webhooks.none')}>
          {(data) => (
            <Table heads={[t('name'), t('webhooks.events'), t('webhooks.standing'), t('webhooks.told_at'), '']}>
              {data.items.map((hook) => (
                <tr key={hook.id} className={hook.active ? '' : 'off'}>
                  <td className="webhook-name">
                    <b>{hook.name}</b>
                    <br />
                    <span className="quiet">{hook.url}</span>
                  </td>
                  <td>
                    {hook.events.map((event) => (
                      <span key={event} className="tag plain" title={event}>
                        {t(word(event), { defaultValue: event })}
                      </span>
                    ))}
                  </td>
                  <td>
                    {hook.active ? t(`webhooks.state.${hook.state}`) : t('webhooks.off')}
                    {hook.reason && <p className="quiet webhook-reason">{hook.reason}</p>}
                  </td>
                  <td className="nowrap">
                    <Moment at={hook.told_at} />
                  </td>
                  <td className="num nowrap">
                    {(hook.state === 'failing' || hook.state === 'resting') && (
                      <>
                        <Button size="small" onClick={() => retry.mutate(hook.id)}>
                          {t('webhooks.retry')}
                        </Button>{' '}
                        <Sure
                          question={t('webhooks.skip_sure')}
                          action={t('webhooks.skip')}
                          onSure={() => skip.mutate(hook.id)}
                          size="small"
                        />
                      </>
                    )}{' '}
                    <Button size="small" aria-label={`${t('admin.edit')} ${hook.name}`} onClick={() => setEdited(hook)}>
                      {t('admin.edit')}
                    </Button>{' '}
                    <Sure
                      question={t('webhooks.delete_sure', { name: hook.name })}
                      action={t('delete')}
                      onSure={() => remove.mutate(hook.id)}
                      size="small"
                      aria-label={`${t('delete')} ${hook.name}`}
                    />
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Loaded>
      </Card>
      {edited && (
        <Editor
          hook={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onSaved={(secret) => {
            setEdited(null);
            setOnce(secret);
            void again();
          }}
        />
      )}
      {once && (
        <Secret
          title={t('webhooks.made', { name: once.name })}
          about={t('webhooks.once')}
          secret={once.secret}
          onClose={() => setOnce(null)}
        />
      )}
    </div>
  );
}

function Editor({
  hook,
  onClose,
  onSaved,
}: {
  hook: Webhook | null;
  onClose: () => void;
  onSaved: (once: { name: string; secret: string } | null) => void;
}) {
  const { t } = useTranslation();
  const may = usePermission();
  const { data: projects } = useQuery({ ...projectsQuery, enabled: may('projects.read') });
  const [name, setName] = useState(hook?.name ?? '');
  const [url, setUrl] = useState(hook?.url ?? '');
  const [events, setEvents] = useState(hook?.events ?? ['conversation.judged']);
  const [project, setProject] = useState(hook?.project ?? null);
  const [active, setActive] = useState(hook?.active ?? true);
  const save = useMutation({
    mutationFn: async () => {
      const told = { name: name.trim(), url: url.trim(), events, project, active };
      if (!hook) return (await api.post<Webhook & { secret: string }>('/webhooks', told)).secret;
      const { etag } = await api.getMarked<Webhook>(`/webhooks/${hook.id}`);
      await api.put(`/webhooks/${hook.id}`, told, etag);
      return null;
    },
    onSuccess: (secret) => onSaved(secret ? { name: name.trim(), secret } : null),
  });
  return (
    <Modal
      open
      title={hook ? hook.name : t('webhooks.new')}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={null}
    >
      <form
        className="form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <label htmlFor="webhook-name">{t('name')}</label>
        <Input id="webhook-name" required maxLength={100} value={name} onChange={(e) => setName(e.target.value)} />
        <label htmlFor="webhook-url">{t('webhooks.url')}</label>
        <Input id="webhook-url" type="url" required value={url} onChange={(e) => setUrl(e.target.value)} />
        <label htmlFor="webhook-events">{t('webhooks.events')}</label>
        <Select
          id="webhook-events"
          mode="multiple"
          value={events}
          options={EVENTS.map((event) => ({ value: event, label: t(word(event)) }))}
          onChange={setEvents}
        />
        {projects && (
          <>
            <label htmlFor="webhook-project">{t('project')}</label>
            <Select
              id="webhook-project"
              allowClear
              value={project}
              placeholder={t('webhooks.whole')}
              options={projects.items.map(({ id, name }) => ({ value: id, label: name }))}
              onChange={(chosen) => setProject(chosen ?? null)}
            />
          </>
        )}
        <div className="form-line">
          <label htmlFor="webhook-active">{t('webhooks.active')}</label>
          <Switch id="webhook-active" checked={active} onChange={setActive} />
        </div>
        {save.error && (
          <div className="form-error" role="alert">
            {errorText(t, save.error)}
            {save.error instanceof ApiError && save.error.detail && <span className="quiet"> {save.error.detail}</span>}
          </div>
        )}
        <div className="form-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="primary"
            htmlType="submit"
            loading={save.isPending}
            disabled={!name.trim() || !url.trim() || !events.length}
          >
            {t('save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
