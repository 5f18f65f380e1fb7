import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popover, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { placesQuery, sessionQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { Page } from '../../api/types';
import { type Choice, choose, FILTER_KEYS } from '../../filter';
import { Icon } from '../../ui/Icon';
import { errorText } from '../../ui/parts';
import { toast } from '../../ui/toast';

type View = {
  id: string;
  name: string;
  choice: Choice;
  columns: string[];
  shared: 'own' | 'team' | 'house';
  team: string | null;
  own: boolean;
  revision: number;
};

/** Where views were kept before the server kept them. */
const BEFORE = 'lingjian.views';

const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => api.get<Page<View>>('/views', undefined, signal),
  staleTime: 60_000,
});

/** Filters and columns under a name: one's own, and those that others share. */
export function Views({
  choice,
  columns,
  onChoose,
}: {
  choice: Choice;
  columns: string[];
  onChoose: (choice: Choice, columns: string[]) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = usePermission();
  const session = useQuery(sessionQuery);
  const query = useQuery(viewsQuery);
  const places = useQuery({ ...placesQuery, enabled: may('teams.read') });
  const views = query.data?.items ?? [];
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [shared, setShared] = useState('own');
  const renew = () => void client.invalidateQueries({ queryKey: viewsQuery.queryKey });
  const bad = (error: unknown) =>
    toast.bad(
      `${errorText(t, error)}${error instanceof ApiError && error.field === 'shared' ? ` ${error.detail}` : ''}`,
    );
  const keep = useMutation({
    mutationFn: (wanted: string) => {
      const sharing = shared.startsWith('team:') ? { shared: 'team', team: shared.slice(5) } : { shared };
      const body = { name: wanted, choice, columns, ...sharing };
      const same = views.find((view) => view.own && view.name === wanted);
      return same ? api.put(`/views/${same.id}`, body, `"${same.revision}"`) : api.post('/views', body);
    },
    onSuccess: () => {
      setName('');
      renew();
    },
    onError: bad,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.remove(`/views/${id}`),
    onSuccess: renew,
    onError: bad,
  });
  useBroughtAlong(query.data !== undefined);
  const same = (view: View) => JSON.stringify(sorted(view.choice)) === JSON.stringify(sorted(choice));
  const save = () => {
    const wanted = name.trim();
    if (wanted) keep.mutate(wanted);
  };
  const everybody = session.data?.user.posts.some((post) =>
    ['quality_manager', 'operations_manager', 'planner', 'mis'].includes(post),
  );
  const sharing = [
    { value: 'own', label: t('views.own') },
    ...(places.data?.teams ?? []).map((team) => ({
      value: `team:${team.id}`,
      label: t('views.team', { name: team.name }),
    })),
    ...(everybody ? [{ value: 'house', label: t('views.house') }] : []),
  ];
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      content={
        <div className="views">
          {views.length === 0 && <p className="quiet">{t('views.none')}</p>}
          <ul>
            {views.map((view) => (
              <li key={view.id} className={same(view) ? 'same' : ''}>
                <button
                  type="button"
                  onClick={() => {
                    setOpen(false);
                    onChoose(choose(view.choice, FILTER_KEYS), view.columns);
                  }}
                >
                  {view.name}
                  {view.shared !== 'own' && (
                    <small className="quiet"> {t(view.own ? 'views.shared_by_me' : 'views.shared')}</small>
                  )}
                </button>
                {view.own && (
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={t('views.remove', { name: view.name })}
                    onClick={() => remove.mutate(view.id)}
                  >
                    <Icon name="close" size={14} />
                  </button>
                )}
              </li>
            ))}
          </ul>
          <div className="views-save">
            <Input
              aria-label={t('views.name')}
              placeholder={t('views.name')}
              value={name}
              maxLength={60}
              onChange={(event) => setName(event.target.value)}
              onPressEnter={save}
            />
            {sharing.length > 1 && (
              <Select
                aria-label={t('views.sharing')}
                value={shared}
                options={sharing}
                popupMatchSelectWidth={false}
                onChange={setShared}
              />
            )}
            <Button type="primary" disabled={!name.trim()} loading={keep.isPending} onClick={save}>
              {t('views.save')}
            </Button>
          </div>
        </div>
      }
    >
      <Button icon={<Icon name="bookmark" size={15} />}>{views.find(same)?.name ?? t('views.label')}</Button>
    </Popover>
  );
}

function sorted(choice: Choice): [string, string | undefined][] {
  return Object.entries(choice).sort(([one], [other]) => one.localeCompare(other));
}

/** Views that this browser kept come along once. */
function useBroughtAlong(ready: boolean) {
  const client = useQueryClient();
  useEffect(() => {
    const text = ready && localStorage.getItem(BEFORE);
    if (!text) return;
    localStorage.removeItem(BEFORE);
    const before = JSON.parse(text) as { name: string; search: Choice }[];
    void Promise.allSettled(
      before.map(({ name, search }) => api.post('/views', { name, choice: search, columns: [] })),
    ).then(() => client.invalidateQueries({ queryKey: viewsQuery.queryKey }));
  }, [ready, client]);
}
