import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import type { Dimension, Scores, Severity, State } from '../api/types';
import { score, standing, useFormat } from './format';
import { Icon, type IconName } from './Icon';

/** A score in a table: quiet when good, coloured when it wants a look. */
export function ScoreCell({ scores, dimension }: { scores: Scores | null; dimension: Dimension }) {
  if (!scores) return <span className="none">–</span>;
  const value = scores[dimension];
  return <span className={`score-cell standing-${standing(dimension, value)}`}>{score(value)}</span>;
}

export function SeverityTag({ severity, praise = false }: { severity: Severity; praise?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={`tag ${praise ? 'praise' : `severity-${severity}`}`}>
      {praise ? t('severity.praise') : t(`severity.${severity}`)}
    </span>
  );
}

export function StateTag({ state }: { state: State }) {
  const { t } = useTranslation();
  return <span className={`state state-${state}`}>{t(`state.${state}`)}</span>;
}

export function Direction({ direction }: { direction: string | null }) {
  const { t } = useTranslation();
  if (!direction) return null;
  const name: IconName | null = direction === 'inbound' ? 'inbound' : direction === 'outbound' ? 'outbound' : null;
  return (
    <span className={`direction ${direction}`}>
      {name && <Icon name={name} size={13} />}
      {t(`direction.${direction}`, { defaultValue: direction })}
    </span>
  );
}

export function Card({
  title,
  extra,
  children,
  className = '',
}: {
  title?: ReactNode;
  extra?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={`card ${className}`}>
      {(title || extra) && (
        <header className="card-head">
          <h2>{title}</h2>
          {extra && <div className="card-extra">{extra}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** The head of a page: what it is, what is chosen, what can be done. */
export function PageHead({ title, note, children }: { title: ReactNode; note?: ReactNode; children?: ReactNode }) {
  return (
    <div className="page-head">
      <h1>{title}</h1>
      {note && <span className="note">{note}</span>}
      <div className="page-tools">{children}</div>
    </div>
  );
}

/** An error in the words of the page, with a way on. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="trouble" role="alert">
      <b>{errorText(t, error)}</b>
      <Detail error={error} />
      {isStale(error) ? (
        <Button size="small" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      ) : (
        again && (
          <Button size="small" onClick={again}>
            {t('again')}
          </Button>
        )
      )}
    </div>
  );
}

/** What the server says beyond the code, in English: only where it tells what to write otherwise. */
export function Detail({ error }: { error: unknown }) {
  if (!(error instanceof ApiError) || !['bad_request', 'conflict'].includes(error.code)) return null;
  return (
    <p className="quiet" lang="en">
      {error.detail}
    </p>
  );
}

/** Whether a file of the pages is gone, as after an update: browsers word it each in their way. */
function isStale(error: unknown): boolean {
  const texts = /dynamically imported module|importing a module script failed|unable to preload css/i;
  return error instanceof Error && !(error instanceof ApiError) && texts.test(error.message);
}

type Translate = (key: string, values?: Record<string, unknown>) => string;
export function errorText(t: Translate, error: unknown): string {
  const code = error instanceof ApiError ? error.code : isStale(error) ? 'stale' : 'unknown';
  return t(`errors.${code}`, { defaultValue: t('errors.unknown') });
}

export function Nothing({ children }: { children: ReactNode }) {
  return <div className="nothing">{children}</div>;
}

/** Grey bars where something will stand. */
export function Waiting({ rows = 4 }: { rows?: number }) {
  return (
    <div className="waiting" aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        <i key={row} style={{ width: `${92 - ((row * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** What was asked for, once it is there; until then grey bars, or why it did not come. */
export function Loaded<T>({
  query,
  rows,
  empty,
  children,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  rows: number;
  /** What stands there when there is none. */
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  if (query.error && !query.data) return <Trouble error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Waiting rows={rows} />;
  if (empty) return <Nothing>{empty}</Nothing>;
  return children(query.data);
}

export function IconButton({
  icon,
  label,
  onClick,
  disabled,
  pressed,
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
}) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
      disabled={disabled}
    >
      <Icon name={icon} />
    </button>
  );
}

export function ConversationLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link to="/conversations/$id" params={{ id }} className="plain-link">
      {children}
    </Link>
  );
}

/** A moment, with the seconds where the pointer rests. */
export function Moment({ at }: { at: string | null | undefined }) {
  const format = useFormat();
  return at ? (
    <time dateTime={at} title={format.second(at)}>
      {format.minute(at)}
    </time>
  ) : (
    <span className="none">–</span>
  );
}
