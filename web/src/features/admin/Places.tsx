import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermission } from '../../api/session';
import { useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Card, Loaded, PageHead } from '../../ui/parts';
import { SearchInput } from '../../ui/SearchInput';
import { Table } from '../../ui/Table';
import { AgentEditor, ProjectEditor, TeamEditor } from './PlaceEditors';
import { agentsQuery, projectsQuery, teamsQuery } from './places';
import './admin.css';

const KINDS = ['projects', 'teams', 'agents'] as const;
type Kind = (typeof KINDS)[number];
const WORDS = { projects: 'project', teams: 'team', agents: 'agent' } as const;
const EDITS = { projects: 'projects.edit', teams: 'teams.edit', agents: 'teams.edit' } as const;
const NEW = { projects: 'places.new_project', teams: 'places.new_team' } as const;

type Row = { id: string; name: string; archived: boolean; texts: (string | null)[]; cells: ReactNode[] };

export function PlacesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/admin/places' });
  const shown = KINDS.filter((one) => may(one === 'projects' ? 'projects.read' : 'teams.read'));
  const kind: Kind = shown.find((one) => one === search.show) ?? shown[0] ?? 'projects';
  const projects = useQuery({ ...projectsQuery, enabled: may('projects.read') });
  const teams = useQuery({ ...teamsQuery, enabled: may('teams.read') });
  const agents = useQuery({ ...agentsQuery, enabled: may('teams.read') });
  const [text, setText] = useState('');
  const [editing, setEditing] = useState<string | 'new' | null>(null);
  const query: UseQueryResult<{ items: unknown[] }> = { projects, teams, agents }[kind];
  const rows = useMemo((): Row[] => {
    if (kind === 'projects') {
      return (projects.data?.items ?? []).map((one) => ({
        id: one.id,
        name: one.name,
        archived: one.archived_at !== null,
        texts: [one.client, one.category, ...one.former],
        cells: [
          category(one.category, t),
          one.client,
          one.direction ? t(`direction.${one.direction}`) : t('places.both'),
          one.packs.length ? <Packs key="packs" of={one.packs} /> : null,
          Object.values(one.recording).some((part) => (Array.isArray(part) ? part.length : part !== null))
            ? t('yes')
            : null,
        ],
      }));
    }
    if (kind === 'teams') {
      return (teams.data?.items ?? []).map((one) => ({
        id: one.id,
        name: one.name,
        archived: one.archived_at !== null,
        texts: one.former,
        cells: [one.leaders.map((leader) => leader.name).join(t('comma')), format.count(one.agents)],
      }));
    }
    const names = new Map(teams.data?.items.map((team) => [team.id, team.name]));
    return (agents.data?.items ?? []).map((one) => ({
      id: one.id,
      name: one.name ?? one.number,
      archived: false,
      texts: [one.number, one.team ? (names.get(one.team) ?? null) : null],
      cells: [
        one.number,
        one.level && t(`level.${one.level}`, { defaultValue: one.level }),
        one.team ? (names.get(one.team) ?? null) : null,
      ],
    }));
  }, [kind, projects.data, teams.data, agents.data, t, format]);
  const wanted = text.trim().toLowerCase();
  const found = rows.filter((row) => [row.name, ...row.texts].some((one) => one?.toLowerCase().includes(wanted)));
  const heads = {
    projects: [t('admin.category'), t('admin.client'), t('column.direction'), t('places.packs'), t('places.standard')],
    teams: [t('places.leaders'), t('agent')],
    agents: [t('admin.number'), t('admin.level'), t('team')],
  }[kind];
  const counts = { projects: projects.data, teams: teams.data, agents: agents.data };
  return (
    <div className="page">
      <PageHead title={t('nav.places')}>
        <span className="segments" role="radiogroup" aria-label={t('nav.places')}>
          {shown.map((one) => (
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={one === kind}
              onClick={() => void navigate({ to: '/admin/places', search: { show: one }, replace: true })}
            >
              {t(WORDS[one])}
              <small>{counts[one] ? format.count(counts[one].items.length) : ''}</small>
            </button>
          ))}
        </span>
        <SearchInput label={t('admin.search')} value={text} onText={setText} />
        {kind !== 'agents' && may(EDITS[kind]) && (
          <Button type="primary" icon={<Icon name="plus" size={15} />} onClick={() => setEditing('new')}>
            {t(NEW[kind])}
          </Button>
        )}
      </PageHead>
      <Card>
        <Loaded query={query} rows={8} empty={found.length === 0 && t('none')}>
          {() => (
            <Table heads={[t('name'), ...heads, '']}>
              {found.map((row) => (
                <tr key={row.id} className={row.archived ? 'off' : ''}>
                  <td>
                    <b>{row.name}</b>{' '}
                    {row.archived && <span className="state state-record">{t('places.archived')}</span>}
                  </td>
                  {row.cells.map((cell, index) => (
                    <td key={index}>{cell || <span className="none">–</span>}</td>
                  ))}
                  <td className="num nowrap">
                    {may('conversations.list') && (
                      <Link
                        to="/conversations"
                        search={{ [WORDS[kind]]: row.id }}
                        aria-label={`${row.name} ${t('rules.conversations')}`}
                      >
                        {t('rules.conversations')}
                      </Link>
                    )}{' '}
                    {may(EDITS[kind]) && (
                      <Button
                        size="small"
                        onClick={() => setEditing(row.id)}
                        aria-label={`${t('admin.edit')} ${row.name}`}
                      >
                        {t('admin.edit')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Loaded>
      </Card>
      {editing && kind === 'projects' && <ProjectEditor id={of(editing)} onClose={() => setEditing(null)} />}
      {editing && kind === 'teams' && <TeamEditor id={of(editing)} onClose={() => setEditing(null)} />}
      {editing && kind === 'agents' && (
        <AgentEditor id={editing} teams={teams.data?.items ?? []} onClose={() => setEditing(null)} />
      )}
    </div>
  );
}

const of = (editing: string): string | null => (editing === 'new' ? null : editing);

function Packs({ of: packs }: { of: string[] }) {
  const may = usePermission();
  return (
    <>
      {packs.map((pack) =>
        may('rules.read') ? (
          <Link key={pack} to="/rules/$pack" params={{ pack }} className="tag plain">
            {pack}
          </Link>
        ) : (
          <span key={pack} className="tag plain">
            {pack}
          </span>
        ),
      )}
    </>
  );
}

function category(text: string | null, t: (key: string, values: Record<string, unknown>) => string): string | null {
  return text && t(`category.${text.replaceAll('-', '_')}`, { defaultValue: text });
}
