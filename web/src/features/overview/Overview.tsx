import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { overviewQuery, placesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { Dimension, Overview, RuleTally, State, Tally } from '../../api/types';
import { asked, type Choice, OVERVIEW_PERIOD, periodOf } from '../../filter';
import { betters, DIMENSIONS, percent, score, standing, useFormat } from '../../ui/format';
import { PeriodPicker } from '../../ui/PeriodPicker';
import { Card, Nothing, PageHead, ScoreCell, SeverityTag, Trouble, Waiting } from '../../ui/parts';
import { dayIn, useZone, useZoneOf, Zone } from '../../ui/zone';
import './overview.css';

const DaysChart = lazy(() => import('./DaysChart'));
const STATES: State[] = ['judged', 'waiting', 'failed', 'silent', 'record'];
const RULES_SHOWN = 9;
const ROWS_SHOWN = 8;

export function OverviewPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choice = useSearch({ from: '/shell/' }) as Choice;
  const may = usePermission();
  const zone = useZoneOf()(choice.project);
  const query = useQuery(overviewQuery(asked(choice, OVERVIEW_PERIOD, dayIn(zone))));
  const places = useQuery({ ...placesQuery, enabled: may('projects.read') });
  const change = (next: Choice) => void navigate({ to: '/', search: { ...choice, ...next }, replace: true });
  const data = query.data;
  const projects = places.data?.projects ?? data?.projects ?? [];
  return (
    <div className="page">
      <PageHead title={t('overview.title')}>
        <PeriodPicker value={choice} standard={OVERVIEW_PERIOD} onChange={change} />
        <select
          className={`plain-select ${choice.project ? 'chosen' : ''}`}
          aria-label={t('project')}
          value={choice.project ?? ''}
          onChange={(event) => change({ project: event.target.value || undefined })}
        >
          <option value="">{t('overview.all_projects')}</option>
          {projects.map((project) => (
            <option key={project.id} value={project.id}>
              {project.name}
            </option>
          ))}
        </select>
        {(choice.team || choice.agent) && (
          <Button onClick={() => change({ team: undefined, agent: undefined })}>{t('filter.clear')}</Button>
        )}
      </PageHead>
      {query.error && !data ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : !data ? (
        <Card>
          <Waiting rows={8} />
        </Card>
      ) : data.all.conversations === 0 ? (
        <Card>
          <Nothing>
            <p>{t('overview.nothing')}</p>
            <Button onClick={() => change({ period: 'all', from: undefined, to: undefined })}>
              {t('overview.all_time')}
            </Button>
          </Nothing>
        </Card>
      ) : (
        <div className={query.isPlaceholderData ? 'stale' : ''}>
          <Zone value={data.zone}>
            <Body data={data} choice={choice} />
          </Zone>
        </div>
      )}
    </div>
  );
}

/** The way from a number to the conversations behind it, of the same days. */
function Opens({
  choice,
  more,
  children,
  label,
}: {
  choice: Choice;
  more?: Choice;
  children: ReactNode;
  label?: string;
}) {
  const { project, team, agent } = choice;
  const [counted, zoneOf] = [useZone(), useZoneOf()];
  const zone = zoneOf(more?.project ?? project) === counted ? undefined : counted;
  return (
    <Link
      to="/conversations"
      search={{ ...periodOf(choice, OVERVIEW_PERIOD), project, team, agent, zone, ...more }}
      className="plain-link"
      aria-label={label}
    >
      {children}
    </Link>
  );
}

function Body({ data, choice }: { data: Overview; choice: Choice }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <div className="overview">
      <Coverage data={data} choice={choice} />
      <div className="scores">
        {DIMENSIONS.map((dimension) => (
          <ScoreCard key={dimension} dimension={dimension} data={data} choice={choice} />
        ))}
      </div>
      <Card title={t('overview.days')} extra={t('overview.days_about', { zone: data.zone })} className="days">
        <Suspense fallback={<div className="chart" />}>
          <DaysChart
            days={data.days}
            onDay={(day) =>
              void navigate({
                to: '/conversations',
                search: {
                  from: day,
                  to: day,
                  project: choice.project,
                  team: choice.team,
                  agent: choice.agent,
                  zone: choice.zone,
                },
              })
            }
          />
        </Suspense>
      </Card>
      <Findings rules={data.rules} judged={data.all.judged} choice={choice} />
      <div className="groups">
        <Group word="project" rows={data.projects} choice={choice} />
        <Group word="team" rows={data.teams} choice={choice} />
        <Group word="agent" rows={data.agents} choice={choice} />
      </div>
    </div>
  );
}

function Coverage({ data, choice }: { data: Overview; choice: Choice }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { all, states } = data;
  return (
    <Card className="coverage">
      <div className="coverage-head">
        <Opens choice={choice}>
          <b className="big">{format.count(all.conversations)}</b>{' '}
          <span className="quiet">{t('overview.conversations')}</span>
        </Opens>
        <span className="coverage-share">
          {t('overview.coverage')} <b>{percent(all.conversations ? states.judged / all.conversations : 0)}</b>
        </span>
      </div>
      <div className="reach" aria-hidden="true">
        {STATES.map(
          (state) =>
            states[state] > 0 && <i key={state} className={`state-${state}`} style={{ flexGrow: states[state] }} />,
        )}
      </div>
      <ul className="reach-parts">
        {STATES.map((state) => (
          <li key={state}>
            <Opens choice={choice} more={{ state }}>
              <span className={`state state-${state}`}>{t(`state.${state}`)}</span>
              <b>{format.count(states[state])}</b>
            </Opens>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ScoreCard({ dimension, data, choice }: { dimension: Dimension; data: Overview; choice: Choice }) {
  const { t } = useTranslation();
  const value = data.all.scores?.[dimension];
  return (
    <Card className={`score-card ${dimension}`}>
      <Opens choice={choice} more={{ sort: dimension, state: 'judged' }}>
        <header>
          <h2>{t(`dimension.${dimension}`)}</h2>
          <span className="quiet">{t(dimension === 'risk' ? 'overview.risk_hint' : 'overview.mean')}</span>
        </header>
        <b className="big">{value === undefined ? '–' : value.toFixed(1)}</b>
        <div
          className={`gauge ${value === undefined ? '' : `standing-${standing(dimension, value)}`}`}
          aria-hidden="true"
        >
          <i style={{ width: `${value ?? 0}%` }} />
        </div>
      </Opens>
    </Card>
  );
}

function Findings({ rules, judged, choice }: { rules: RuleTally[]; judged: number; choice: Choice }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [all, setAll] = useState(false);
  const [praise, setPraise] = useState(false);
  const ordered = useMemo(
    () =>
      rules
        .filter((rule) => betters(rule.dimension, rule.points) === praise)
        .sort((one, other) => other.conversations - one.conversations),
    [rules, praise],
  );
  // Rules of two packs may be titled alike: the rarer one says whose it is.
  const alike = useMemo(() => {
    const seen = new Set<string>();
    const later = new Set<string>();
    for (const rule of ordered) {
      const title = format.title(rule.title, rule.rule);
      if (seen.has(title)) later.add(rule.rule);
      seen.add(title);
    }
    return later;
  }, [ordered, format]);
  const most = ordered[0]?.conversations ?? 1;
  return (
    <Card
      className="findings"
      title={t('overview.findings')}
      extra={
        <>
          {ordered.length > RULES_SHOWN && (
            <Button type="link" size="small" onClick={() => setAll(!all)}>
              {all ? t('less') : t('more', { n: ordered.length })}
            </Button>
          )}
          <span className="segments small" role="radiogroup" aria-label={t('overview.kind.label')}>
            {(['faults', 'praise'] as const).map((kind) => (
              <button
                key={kind}
                type="button"
                role="radio"
                aria-checked={praise === (kind === 'praise')}
                onClick={() => setPraise(kind === 'praise')}
              >
                {t(`overview.kind.${kind}`)}
              </button>
            ))}
          </span>
        </>
      }
    >
      {ordered.length === 0 && <Nothing>{t('overview.no_findings')}</Nothing>}
      <ol className="finding-rows">
        {(all ? ordered : ordered.slice(0, RULES_SHOWN)).map((rule) => (
          <li key={rule.rule}>
            <Opens choice={choice} more={{ rule: rule.rule }}>
              <span className="finding-title">
                <i className={`dot ${praise ? 'praise' : `severity-${rule.severity}`}`} />
                {format.title(rule.title, rule.rule)}
                {alike.has(rule.rule) && <small> {rule.pack}</small>}
              </span>
              <SeverityTag severity={rule.severity} praise={praise} />
              <span className="finding-bar" aria-hidden="true">
                <i className={rule.dimension} style={{ width: `${(rule.conversations / most) * 100}%` }} />
              </span>
              <span className="num" title={t('overview.hits', { n: format.count(rule.hits) })}>
                {format.count(rule.conversations)}
                <small>{percent(judged ? rule.conversations / judged : 0)}</small>
              </span>
            </Opens>
          </li>
        ))}
      </ol>
    </Card>
  );
}

type GroupRow = { id: string; name: string; number?: string } & Tally;
type Column = 'name' | 'conversations' | Dimension;

function Group({ word, rows, choice }: { word: 'project' | 'team' | 'agent'; rows: GroupRow[]; choice: Choice }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [sort, setSort] = useState<{ by: Column; up: boolean }>({ by: 'conversations', up: false });
  const [all, setAll] = useState(false);
  const ordered = useMemo(() => {
    const key = (row: GroupRow): number =>
      sort.by === 'conversations' ? row.conversations : (row.scores?.[sort.by as Dimension] ?? (sort.up ? 1000 : -1));
    return [...rows].sort((one, other) => {
      const order = sort.by === 'name' ? one.name.localeCompare(other.name, 'zh-CN') : key(one) - key(other);
      return sort.up ? order : -order;
    });
  }, [rows, sort]);
  const head = (by: Column, text: string, className = '') => (
    <th className={className} aria-sort={sort.by === by ? (sort.up ? 'ascending' : 'descending') : undefined}>
      <button
        type="button"
        onClick={() =>
          setSort({ by, up: sort.by === by ? !sort.up : by === 'compliance' || by === 'experience' || by === 'name' })
        }
      >
        {text}
        {sort.by === by && <span aria-hidden="true">{sort.up ? ' ↑' : ' ↓'}</span>}
      </button>
    </th>
  );
  return (
    <Card
      title={
        <>
          {t(word)} <span className="quiet count">{format.count(rows.length)}</span>
        </>
      }
      extra={
        rows.length > ROWS_SHOWN && (
          <Button type="link" size="small" onClick={() => setAll(!all)}>
            {all ? t('less') : t('more', { n: rows.length })}
          </Button>
        )
      }
    >
      {rows.length === 0 ? (
        <Nothing>{t('none')}</Nothing>
      ) : (
        <table className="table group-table">
          <thead>
            <tr>
              {head('name', t('name'))}
              {head('conversations', t('overview.count'), 'num')}
              {DIMENSIONS.map((dimension) => (
                <Head key={dimension}>{head(dimension, t(`column.${dimension}`), 'num')}</Head>
              ))}
            </tr>
          </thead>
          <tbody>
            {(all ? ordered : ordered.slice(0, ROWS_SHOWN)).map((row) => (
              <tr key={row.id}>
                <td>
                  <Opens choice={choice} more={{ [word]: row.id }}>
                    <span className="group-name">
                      {row.name}
                      {row.number && row.number !== row.name && <small>{row.number}</small>}
                    </span>
                  </Opens>
                </td>
                <td className="num">
                  <Opens
                    choice={choice}
                    more={{ [word]: row.id }}
                    label={`${row.name}${t('colon')}${format.count(row.conversations)}`}
                  >
                    {format.count(row.conversations)}
                  </Opens>
                </td>
                {DIMENSIONS.map((dimension) => (
                  <td key={dimension} className="num">
                    <Opens
                      choice={choice}
                      more={{ [word]: row.id, sort: dimension, state: 'judged' }}
                      label={`${row.name} ${t(`dimension.${dimension}`)} ${row.scores ? score(row.scores[dimension]) : '–'}`}
                    >
                      <ScoreCell scores={row.scores} dimension={dimension} />
                    </Opens>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function Head({ children }: { children: ReactNode }) {
  return children;
}
