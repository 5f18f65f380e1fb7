import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '../../api/queries';
import { useFormat } from '../../ui/format';
import { Card, Loaded, PageHead } from '../../ui/parts';
import { SearchInput } from '../../ui/SearchInput';
import { Table } from '../../ui/Table';
import './admin.css';

const KINDS = ['projects', 'teams', 'agents'] as const;
type Kind = (typeof KINDS)[number];

export function PlacesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/admin/places' });
  const kind: Kind = KINDS.find((one) => one === search.show) ?? 'projects';
  const query = useQuery(placesQuery);
  const [text, setText] = useState('');
  const teams = useMemo(() => new Map(query.data?.teams.map((team) => [team.id, team.name])), [query.data]);
  const rows = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const has = (...texts: (string | null | undefined)[]) =>
      !wanted || texts.some((one) => one?.toLowerCase().includes(wanted));
    const data = query.data;
    if (!data) return [];
    if (kind === 'projects') {
      return data.projects
        .filter((one) => has(one.name, one.client, one.category))
        .map((one) => ({ id: one.id, name: one.name, cells: [category(one.category, t), one.client, one.zone] }));
    }
    if (kind === 'teams') {
      return data.teams
        .filter((one) => has(one.name))
        .map((one) => ({
          id: one.id,
          name: one.name,
          cells: [format.count(data.agents.filter((agent) => agent.team === one.id).length)],
        }));
    }
    return data.agents
      .filter((one) => has(one.name, one.number, one.team ? teams.get(one.team) : ''))
      .map((one) => ({
        id: one.id,
        name: one.name ?? one.number,
        cells: [
          one.number,
          one.level && t(`level.${one.level}`, { defaultValue: one.level }),
          one.team ? (teams.get(one.team) ?? null) : null,
        ],
      }));
  }, [query.data, kind, text, teams, t, format]);
  const heads = {
    projects: [t('admin.category'), t('admin.client'), t('admin.zone')],
    teams: [t('agent')],
    agents: [t('admin.number'), t('admin.level'), t('team')],
  }[kind];
  const key = { projects: 'project', teams: 'team', agents: 'agent' }[kind];
  return (
    <div className="page">
      <PageHead title={t('nav.places')}>
        <span className="segments" role="radiogroup" aria-label={t('nav.places')}>
          {KINDS.map((one) => (
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={one === kind}
              onClick={() => void navigate({ to: '/admin/places', search: { show: one }, replace: true })}
            >
              {t({ projects: 'project', teams: 'team', agents: 'agent' }[one])}
              <small>{query.data ? format.count(query.data[one].length) : ''}</small>
            </button>
          ))}
        </span>
        <SearchInput label={t('admin.search')} value={text} onText={setText} />
      </PageHead>
      <Card>
        <Loaded query={query} rows={8} empty={rows.length === 0 && t('none')}>
          {() => (
            <Table heads={[t('name'), ...heads, '']}>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <b>{row.name}</b>
                  </td>
                  {row.cells.map((cell, index) => (
                    <td key={index}>{cell || <span className="none">–</span>}</td>
                  ))}
                  <td className="num">
                    <Link
                      to="/conversations"
                      search={{ [key]: row.id }}
                      aria-label={`${row.name} ${t('rules.conversations')}`}
                    >
                      {t('rules.conversations')}
                    </Link>
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Loaded>
      </Card>
    </div>
  );
}

function category(text: string | null, t: (key: string, values: Record<string, unknown>) => string): string | null {
  return text && t(`category.${text.replaceAll('-', '_')}`, { defaultValue: text });
}
