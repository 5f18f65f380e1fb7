import { type QueryKey, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { AutoComplete, Button, Input, InputNumber, Modal, Select, Switch } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { rulesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import { useFormat } from '../../ui/format';
import { errorText, Trouble, Waiting } from '../../ui/parts';
import { useZone } from '../../ui/zone';
import type { Agent, Project, Standard, Team } from './places';

const CATEGORIES = [
  'database-building',
  'database-cleansing',
  'customer-information',
  'order-processing',
  'lead-mining',
  'event-invitation',
  'customer-value-added',
  'retention',
  'customer-service',
  'greeting',
  'market-research',
  'satisfaction-survey',
  'performance-survey',
  'mystery-shopping',
  'brand-awareness',
  'customer-segmentation',
  'technical-service',
];
const LEVELS = ['new', 'junior', 'middle', 'senior'];
const FORMATS = ['wav', 'mp3', 'm4a', 'ogg', 'opus', 'flac', 'amr', 'aac'];
const ZONES = ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Urumqi', 'Asia/Singapore', 'UTC'];
const NO_STANDARD: Standard = {
  channels: null,
  formats: [],
  min_sample_rate: null,
  naming: null,
  announcement: null,
  retention_days: null,
};

/** Something read with its mark, changed in a form, and sent back with the mark. */
function useSettled<T, D extends object>(
  path: string,
  id: string | null,
  begin: (read: T | undefined) => D,
  onClose: () => void,
) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['settled', path, id] as QueryKey,
    queryFn: () => api.getMarked<T>(`/${path}/${id}`),
    enabled: id !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [changes, setChanges] = useState<Partial<D>>({});
  const draft: D = { ...begin(query.data?.value), ...changes };
  const save = useMutation({
    mutationFn: () =>
      id === null ? api.post(`/${path}`, draft) : api.put(`/${path}/${id}`, draft, query.data?.etag ?? ''),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['settled'] });
      void client.invalidateQueries({ queryKey: ['places'] });
      onClose();
    },
  });
  return {
    read: query.data?.value,
    draft,
    set: (next: Partial<D>) => setChanges({ ...changes, ...next }),
    save,
    ready: id === null || Boolean(query.data),
    failed: query.error,
    changed: Object.keys(changes).length > 0,
    reload: () => {
      save.reset();
      setChanges({});
      void query.refetch();
    },
  };
}

type Settled = Pick<ReturnType<typeof useSettled>, 'save' | 'ready' | 'failed' | 'changed' | 'reload'>;

function Form({
  title,
  settled,
  fresh,
  onClose,
  children,
}: {
  title: string;
  settled: Settled;
  fresh: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const { error } = settled.save;
  return (
    <Modal open title={title} onCancel={onClose} mask={{ closable: false }} footer={null}>
      {settled.failed ? (
        <Trouble error={settled.failed} />
      ) : !settled.ready ? (
        <Waiting rows={5} />
      ) : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            settled.save.mutate();
          }}
        >
          {children}
          {error && (
            <div className="form-error" role="alert">
              {errorText(t, error)}
              {error instanceof ApiError && error.detail && <span className="quiet"> {error.detail}</span>}
              {error instanceof ApiError && error.code === 'changed_meanwhile' && (
                <Button size="small" onClick={settled.reload}>
                  {t('admin.reload')}
                </Button>
              )}
            </div>
          )}
          <div className="form-foot">
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="primary" htmlType="submit" loading={settled.save.isPending} disabled={!settled.changed}>
              {t(fresh ? 'admin.create' : 'save')}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

function Former({ names }: { names: string[] | undefined }) {
  const { t } = useTranslation();
  return (
    <p className="quiet">
      {t('places.name_about')} {names && names.length > 0 && t('places.former', { names: names.join(t('comma')) })}
    </p>
  );
}

function Archive({ archived, onChange }: { archived: boolean; onChange: (archived: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <div className="form-line">
      <span className="form-label" id="place-archived">
        {t('places.archived')} <span className="quiet">{t('places.archive_about')}</span>
      </span>
      <Switch aria-labelledby="place-archived" checked={archived} onChange={onChange} />
    </div>
  );
}

type ProjectDraft = {
  name: string;
  category: string | null;
  client: string | null;
  direction: string | null;
  zone: string;
  recording: Standard;
  archived: boolean;
};

export function ProjectEditor({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const house = useZone();
  const rules = useQuery({ ...rulesQuery, enabled: may('rules.read') });
  const settled = useSettled<Project, ProjectDraft>(
    'projects',
    id,
    (read) => ({
      name: read?.name ?? '',
      category: read?.category ?? null,
      client: read?.client ?? null,
      direction: read?.direction ?? null,
      zone: read?.zone ?? house ?? 'Asia/Shanghai',
      recording: read?.recording ?? NO_STANDARD,
      archived: Boolean(read?.archived_at),
    }),
    onClose,
  );
  const { draft, set } = settled;
  const agree = (next: Partial<Standard>) => set({ recording: { ...draft.recording, ...next } });
  return (
    <Form
      title={id === null ? t('places.new_project') : t('places.edit', { name: settled.read?.name ?? '' })}
      settled={settled}
      fresh={id === null}
      onClose={onClose}
    >
      <label htmlFor="project-name">{t('name')}</label>
      <Input
        id="project-name"
        required
        maxLength={100}
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
      />
      <Former names={settled.read?.former} />
      <label htmlFor="project-category">{t('admin.category')}</label>
      <AutoComplete
        id="project-category"
        allowClear
        value={draft.category ?? ''}
        options={CATEGORIES.map((value) => ({
          value,
          label: t(`category.${value.replaceAll('-', '_')}`, { defaultValue: value }),
        }))}
        onChange={(category: string) => set({ category: category || null })}
      />
      <label htmlFor="project-client">{t('admin.client')}</label>
      <Input
        id="project-client"
        maxLength={100}
        value={draft.client ?? ''}
        onChange={(event) => set({ client: event.target.value || null })}
      />
      <label htmlFor="project-direction">{t('column.direction')}</label>
      <Select
        id="project-direction"
        value={draft.direction ?? ''}
        options={[
          { value: '', label: t('places.both') },
          { value: 'inbound', label: t('direction.inbound') },
          { value: 'outbound', label: t('direction.outbound') },
        ]}
        onChange={(direction) => set({ direction: direction || null })}
      />
      <label htmlFor="project-zone">{t('admin.zone')}</label>
      <AutoComplete
        id="project-zone"
        value={draft.zone}
        options={ZONES.map((value) => ({ value }))}
        onChange={(zone: string) => set({ zone })}
      />
      <h3 className="form-part">{t('places.standard')}</h3>
      <p className="quiet">{t('places.standard_about')}</p>
      <label htmlFor="standard-channels">{t('places.channels')}</label>
      <InputNumber
        id="standard-channels"
        min={1}
        max={64}
        value={draft.recording.channels}
        onChange={(channels) => agree({ channels })}
      />
      <label htmlFor="standard-formats">{t('places.formats')}</label>
      <Select
        id="standard-formats"
        mode="tags"
        value={draft.recording.formats}
        options={FORMATS.map((value) => ({ value, label: value }))}
        onChange={(formats) => agree({ formats })}
      />
      <label htmlFor="standard-rate">{t('places.min_sample_rate')}</label>
      <InputNumber
        id="standard-rate"
        min={1000}
        max={384000}
        step={1000}
        suffix="Hz"
        value={draft.recording.min_sample_rate}
        onChange={(min_sample_rate) => agree({ min_sample_rate })}
      />
      <label htmlFor="standard-naming">{t('places.naming')}</label>
      <Input
        id="standard-naming"
        placeholder="{date:8}_{agent}_{id}.wav"
        value={draft.recording.naming ?? ''}
        onChange={(event) => agree({ naming: event.target.value || null })}
      />
      <label htmlFor="standard-announcement">{t('places.announcement')}</label>
      <Select
        id="standard-announcement"
        allowClear
        value={draft.recording.announcement ?? undefined}
        showSearch={{ optionFilterProp: 'label' }}
        options={rules.data?.packs.flatMap((pack) =>
          pack.rules.map((rule) => ({ value: rule.id, label: format.title(rule.title, rule.id) })),
        )}
        onChange={(announcement) => agree({ announcement: announcement ?? null })}
      />
      {id !== null && <Archive archived={draft.archived} onChange={(archived) => set({ archived })} />}
    </Form>
  );
}

export function TeamEditor({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const settled = useSettled<Team, { name: string; archived: boolean }>(
    'teams',
    id,
    (read) => ({ name: read?.name ?? '', archived: Boolean(read?.archived_at) }),
    onClose,
  );
  const { draft, set } = settled;
  return (
    <Form
      title={id === null ? t('places.new_team') : t('places.edit', { name: settled.read?.name ?? '' })}
      settled={settled}
      fresh={id === null}
      onClose={onClose}
    >
      <label htmlFor="team-name">{t('name')}</label>
      <Input
        id="team-name"
        required
        maxLength={100}
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
      />
      <Former names={settled.read?.former} />
      <p className="quiet">{t('places.leaders_about')}</p>
      {id !== null && <Archive archived={draft.archived} onChange={(archived) => set({ archived })} />}
    </Form>
  );
}

export function AgentEditor({ id, teams, onClose }: { id: string; teams: Team[]; onClose: () => void }) {
  const { t } = useTranslation();
  const settled = useSettled<Agent, { name: string | null; level: string | null; team: string | null }>(
    'agents',
    id,
    (read) => ({ name: read?.name ?? null, level: read?.level ?? null, team: read?.team ?? null }),
    onClose,
  );
  const { draft, set } = settled;
  return (
    <Form
      title={t('places.edit', { name: settled.read?.number ?? '' })}
      settled={settled}
      fresh={false}
      onClose={onClose}
    >
      <label htmlFor="agent-name">{t('name')}</label>
      <Input
        id="agent-name"
        maxLength={100}
        value={draft.name ?? ''}
        onChange={(event) => set({ name: event.target.value || null })}
      />
      <label htmlFor="agent-level">{t('admin.level')}</label>
      <Select
        id="agent-level"
        allowClear
        value={draft.level ?? undefined}
        options={LEVELS.map((value) => ({ value, label: t(`level.${value}`) }))}
        onChange={(level) => set({ level: level ?? null })}
      />
      <label htmlFor="agent-team">{t('team')}</label>
      <Select
        id="agent-team"
        allowClear
        value={draft.team ?? undefined}
        showSearch={{ optionFilterProp: 'label' }}
        options={teams
          .filter((team) => !team.archived_at || team.id === draft.team)
          .map((team) => ({ value: team.id, label: team.name }))}
        onChange={(team) => set({ team: team ?? null })}
      />
      <p className="quiet">{t('places.team_about')}</p>
    </Form>
  );
}
