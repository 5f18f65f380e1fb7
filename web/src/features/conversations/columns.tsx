import type { ReactNode } from 'react';
import type { Row } from '../../api/types';
import { clock, type useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Direction, ScoreCell, StateTag } from '../../ui/parts';

type Format = ReturnType<typeof useFormat>;
type Words = (key: string, values?: Record<string, unknown>) => string;
export type Column = {
  key: string;
  track: string;
  /** The order that a click on the head asks for; a second click asks for the other, where there is one. */
  sort?: [string, string?];
  right?: boolean;
  cell: (row: Row, format: Format, t: Words) => ReactNode;
};

const named = (one: { name: string } | null) => (one ? one.name : <span className="none">–</span>);

export const COLUMNS: Column[] = [
  {
    key: 'at',
    track: '124px',
    sort: ['newest', 'oldest'],
    cell: (row, format, t) => (
      <time dateTime={row.at} title={`${format.second(row.at)}${row.started ? '' : ` · ${t('list.received_only')}`}`}>
        {format.minute(row.at)}
      </time>
    ),
  },
  { key: 'external_id', track: 'minmax(120px, 1.1fr)', cell: (row) => row.external_id },
  {
    key: 'agent',
    track: 'minmax(90px, 0.8fr)',
    cell: (row) =>
      row.agent ? (
        <>
          {row.agent.name} {row.agent.number !== row.agent.name && <small>{row.agent.number}</small>}
        </>
      ) : (
        <span className="none">–</span>
      ),
  },
  { key: 'team', track: 'minmax(70px, 0.7fr)', cell: (row) => named(row.team) },
  { key: 'project', track: 'minmax(110px, 1.1fr)', cell: (row) => named(row.project) },
  { key: 'queue', track: 'minmax(80px, 0.8fr)', cell: (row) => row.queue ?? <span className="none">–</span> },
  { key: 'direction', track: '74px', cell: (row) => <Direction direction={row.direction} /> },
  {
    key: 'language',
    track: '64px',
    cell: (row, _, t) => (row.language ? t(`language.${row.language}`, { defaultValue: row.language }) : ''),
  },
  { key: 'source', track: '84px', cell: (row) => row.source },
  {
    key: 'duration',
    track: '62px',
    sort: ['duration'],
    right: true,
    cell: (row) => (row.duration_ms === null ? <span className="none">–</span> : clock(row.duration_ms)),
  },
  ...(['compliance', 'experience', 'risk'] as const).map(
    (dimension): Column => ({
      key: dimension,
      track: '60px',
      sort: [dimension],
      right: true,
      cell: (row) => <ScoreCell scores={row.scores} dimension={dimension} />,
    }),
  ),
  {
    key: 'findings',
    track: '58px',
    right: true,
    cell: (row) => (row.findings ? row.findings : <span className="none">{row.findings === 0 ? 0 : '–'}</span>),
  },
  {
    key: 'recording',
    track: '44px',
    cell: (row, _, t) =>
      row.has_recording ? (
        <span title={t('list.has_recording')}>
          <Icon name="mic" size={15} />
          <span className="sr">{t('list.has_recording')}</span>
        </span>
      ) : null,
  },
  { key: 'state', track: '104px', cell: (row) => <StateTag state={row.state} /> },
];

export const STANDARD_COLUMNS = [
  'at',
  'agent',
  'team',
  'project',
  'direction',
  'duration',
  'compliance',
  'experience',
  'risk',
  'findings',
  'recording',
  'state',
];
