import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Select, Switch } from 'antd';
import { type FormEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { identitiesQuery } from '../../api/openid';
import { usersQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { Named, User } from '../../api/types';
import { agentText, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Card, Detail, errorText, Loaded, PageHead, Trouble, Waiting } from '../../ui/parts';
import { SearchInput } from '../../ui/SearchInput';
import { Sure } from '../../ui/Sure';
import { Table } from '../../ui/Table';
import { Part } from '../account/Part';
import { type Agent, agentsQuery, projectsQuery, teamsQuery } from './places';
import { Secret } from './Secret';
import './admin.css';

const POSTS = [
  'agent',
  'team_leader',
  'supervisor',
  'inspector',
  'third_party_inspector',
  'call_back_agent',
  'quality_manager',
  'trainer',
  'planner',
  'mis',
  'operations_manager',
  'it',
  'administrator',
  'client',
];

type Once = { name: string; password: string };
type Places = { projects: Named[]; teams: Named[]; agents: Agent[] };

export function UsersPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const query = useQuery(usersQuery);
  const projects = useQuery({ ...projectsQuery, enabled: may('projects.read') });
  const teams = useQuery({ ...teamsQuery, enabled: may('teams.read') });
  const agents = useQuery({ ...agentsQuery, enabled: may('teams.read') });
  const places: Places = {
    projects: projects.data?.items ?? [],
    teams: teams.data?.items ?? [],
    agents: agents.data?.items ?? [],
  };
  const [text, setText] = useState('');
  const [editing, setEditing] = useState<string | 'new' | null>(null);
  const [once, setOnce] = useState<Once | null>(null);
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return (query.data?.items ?? []).filter(
      (user) =>
        !wanted ||
        user.name.toLowerCase().includes(wanted) ||
        user.display_name.toLowerCase().includes(wanted) ||
        user.posts.some((post) => t(`posts.${post}`, { defaultValue: post }).toLowerCase().includes(wanted)),
    );
  }, [query.data, text, t]);
  return (
    <div className="page">
      <PageHead
        title={t('nav.users')}
        note={query.data && t('admin.users_n', { n: format.count(query.data.items.length) })}
      >
        <SearchInput label={t('admin.search_users')} value={text} onText={setText} />
        {may('users.edit') && (
          <Button type="primary" icon={<Icon name="plus" size={15} />} onClick={() => setEditing('new')}>
            {t('admin.new_user')}
          </Button>
        )}
      </PageHead>
      <Card>
        <Loaded query={query} rows={8} empty={shown.length === 0 && t('none')}>
          {() => (
            <Table
              heads={[
                t('admin.display_name'),
                t('sign_in.name'),
                t('admin.posts'),
                t('admin.reach'),
                t('column.state'),
                may('users.edit') && '',
              ]}
            >
              {shown.map((user) => (
                <tr key={user.id} className={user.disabled ? 'off' : ''}>
                  <td className="nowrap">
                    <b>{user.display_name}</b>
                  </td>
                  <td className="nowrap">{user.name}</td>
                  <td>
                    {user.posts.map((post) => (
                      <span key={post} className="tag plain">
                        {t(`posts.${post}`, { defaultValue: post })}
                      </span>
                    ))}
                  </td>
                  <td className="reach-cell">
                    <Reach user={user} places={places} />
                  </td>
                  <td className="nowrap">
                    <Standing user={user} />
                  </td>
                  {may('users.edit') && (
                    <td className="num">
                      <Button
                        size="small"
                        onClick={() => setEditing(user.id)}
                        aria-label={`${t('admin.edit')} ${user.display_name}`}
                      >
                        {t('admin.edit')}
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </Table>
          )}
        </Loaded>
      </Card>
      {editing && (
        <Editor
          key={editing}
          id={editing === 'new' ? null : editing}
          places={places}
          onClose={() => setEditing(null)}
          onOnce={setOnce}
        />
      )}
      {once && (
        <Secret
          title={t('admin.password_for', { name: once.name })}
          about={t('admin.password_once')}
          secret={once.password}
          onClose={() => setOnce(null)}
        />
      )}
    </div>
  );
}

function Standing({ user }: { user: User }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (user.disabled) return <span className="state state-record">{t('admin.disabled')}</span>;
  if (user.locked_until && Date.parse(user.locked_until) > Date.now()) {
    return (
      <span className="state state-failed">{t('admin.locked_until', { time: format.minute(user.locked_until) })}</span>
    );
  }
  return <span className="state state-judged">{t('admin.active')}</span>;
}

function Reach({ user, places }: { user: User; places: Places }) {
  const { t } = useTranslation();
  const named = (ids: string[], list: Named[]) =>
    ids.map((id) => list.find((one) => one.id === id)?.name ?? id.slice(0, 8));
  const agent = user.agent ? places.agents.find((one) => one.id === user.agent) : undefined;
  const parts = [
    ...named(user.projects, places.projects),
    ...named(user.teams, places.teams),
    ...(user.agent ? [agent ? `${t('agent')} ${agentText(agent)}` : user.agent.slice(0, 8)] : []),
  ];
  return parts.length ? parts.join(t('comma')) : <span className="none">–</span>;
}

type Draft = Pick<User, 'name' | 'display_name' | 'posts' | 'projects' | 'teams' | 'agent' | 'disabled'>;
const EMPTY: Draft = { name: '', display_name: '', posts: [], projects: [], teams: [], agent: null, disabled: false };

function Editor({
  id,
  places,
  onClose,
  onOnce,
}: {
  id: string | null;
  places: Places;
  onClose: () => void;
  onOnce: (once: Once) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  // Read anew with its mark: what is changed is what is there.
  const query = useQuery({
    queryKey: ['user', id],
    queryFn: () => api.getMarked<User>(`/users/${id}`),
    enabled: id !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [changes, setChanges] = useState<Partial<Draft>>({});
  const draft: Draft = { ...EMPTY, ...query.data?.value, ...changes };
  const set = (next: Partial<Draft>) => setChanges({ ...changes, ...next });
  const save = useMutation({
    mutationFn: async () => {
      const { name, display_name, posts, projects, teams, agent, disabled } = draft;
      const body = { name: name.trim(), display_name: display_name.trim(), posts, projects, teams, agent };
      if (id === null) return api.post<{ user: User; password: string }>('/users', body);
      await api.put(`/users/${id}`, { ...body, disabled }, query.data?.etag ?? '');
      return null;
    },
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['users'] });
      onClose();
      if (made) onOnce({ name: draft.display_name, password: made.password });
    },
  });
  const reset = useMutation({
    mutationFn: () => api.post<{ password: string }>(`/users/${id}/password`),
    onSuccess: ({ password }) => {
      onClose();
      onOnce({ name: draft.display_name, password });
    },
  });
  const error = save.error ?? reset.error;
  const field = error instanceof ApiError ? error.field : undefined;
  const options = (list: { id: string; name: string }[] | undefined) =>
    list?.map((one) => ({ value: one.id, label: one.name })) ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const ready = id === null || Boolean(query.data);
  return (
    <Modal
      open
      title={id === null ? t('admin.new_user') : t('admin.edit_user', { name: query.data?.value.display_name ?? '' })}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={null}
    >
      {query.error ? (
        <Trouble error={query.error} />
      ) : !ready ? (
        <Waiting rows={6} />
      ) : (
        <form className="form" onSubmit={submit}>
          <label htmlFor="user-name">{t('sign_in.name')}</label>
          <Input
            id="user-name"
            required
            disabled={id !== null}
            autoComplete="off"
            value={draft.name}
            status={field === 'name' ? 'error' : undefined}
            onChange={(event) => set({ name: event.target.value })}
          />
          <label htmlFor="user-display">{t('admin.display_name')}</label>
          <Input
            id="user-display"
            required
            value={draft.display_name}
            status={field === 'display_name' ? 'error' : undefined}
            onChange={(event) => set({ display_name: event.target.value })}
          />
          <label htmlFor="user-posts">{t('admin.posts')}</label>
          <Select
            id="user-posts"
            mode="multiple"
            value={draft.posts}
            showSearch={{ optionFilterProp: 'label' }}
            options={POSTS.map((post) => ({ value: post, label: t(`posts.${post}`) }))}
            onChange={(posts) => set({ posts })}
          />
          <label htmlFor="user-projects">{t('project')}</label>
          <Select
            id="user-projects"
            mode="multiple"
            value={draft.projects}
            showSearch={{ optionFilterProp: 'label' }}
            options={options(places.projects)}
            onChange={(projects) => set({ projects })}
          />
          <label htmlFor="user-teams">{t('team')}</label>
          <Select
            id="user-teams"
            mode="multiple"
            value={draft.teams}
            showSearch={{ optionFilterProp: 'label' }}
            options={options(places.teams)}
            onChange={(teams) => set({ teams })}
          />
          <label htmlFor="user-agent">{t('admin.is_agent')}</label>
          <Select
            id="user-agent"
            allowClear
            value={draft.agent ?? undefined}
            showSearch={{ optionFilterProp: 'label' }}
            options={places.agents.map((one) => ({ value: one.id, label: agentText(one) }))}
            onChange={(agent) => set({ agent: agent ?? null })}
          />
          {id !== null && (
            <>
              <span className="form-label" id="user-active">
                {t('admin.may_sign_in')}
              </span>
              <div className="form-line">
                <Switch
                  aria-labelledby="user-active"
                  checked={!draft.disabled}
                  onChange={(on) => set({ disabled: !on })}
                />
                <Sure
                  question={t('admin.reset_sure')}
                  action={t('admin.reset')}
                  onSure={() => reset.mutate()}
                  loading={reset.isPending}
                />
              </div>
            </>
          )}
          {id !== null && <Identities user={id} />}
          {error && (
            <div className="form-error" role="alert">
              {errorText(t, error)}
              <Detail error={error} />
              {error instanceof ApiError && error.code === 'changed_meanwhile' && (
                <Button
                  size="small"
                  onClick={() => {
                    save.reset();
                    setChanges({});
                    void query.refetch();
                  }}
                >
                  {t('admin.reload')}
                </Button>
              )}
            </div>
          )}
          <div className="form-foot">
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button
              type="primary"
              htmlType="submit"
              loading={save.isPending}
              disabled={
                !draft.name.trim() || !draft.display_name.trim() || (id !== null && !Object.keys(changes).length)
              }
            >
              {t(id === null ? 'admin.create' : 'save')}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

/** Who they are where the house's people sign in anyway. */
function Identities({ user }: { user: string }) {
  const { t } = useTranslation();
  const query = useQuery(identitiesQuery(user));
  if (!query.data?.items.length) return null;
  return (
    <>
      <span className="form-label">{t('account.elsewhere')}</span>
      <div className="form-line">
        <span>
          {query.data.items.map(({ issuer, subject }) => (
            <span key={issuer + subject}>
              {subject} <span className="quiet">{issuer}</span>
            </span>
          ))}
        </span>
        <Part user={user} />
      </div>
    </>
  );
}
