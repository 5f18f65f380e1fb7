import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../api/client';
import type { Page, Row } from '../../../api/types';
import { betters, clock, DIMENSIONS, score, signed, useFormat } from '../../../ui/format';
import { Nothing, SeverityTag, Trouble, Waiting } from '../../../ui/parts';
import { type File, packPath, type Tried, type TriedFinding } from './types';

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** What is written, asked of one call: what it finds beside what counts, and why. */
export function TryCall({
  pack,
  files,
  call,
  onCall,
}: {
  pack: string;
  files: File[];
  call: string | undefined;
  onCall: (call: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [text, setText] = useState(call ?? '');
  const recent = useQuery({
    queryKey: ['rules', 'recent-calls'],
    queryFn: ({ signal }) => api.get<Page<Row>>('/conversations', { state: 'judged', limit: 12 }, signal),
  });
  const tried = useMutation({
    mutationFn: (conversation: string) =>
      api.post<Tried>(`${packPath(pack)}/try`, { files, conversation, lang: format.lang }),
  });
  const go = (id: string | undefined) => {
    if (!id) return;
    onCall(id);
    tried.mutate(id);
  };
  const found = ID.exec(text)?.[0];
  return (
    <div className="try">
      <div className="try-head">
        <Input
          aria-label={t('pack.call_or_link')}
          placeholder={t('pack.call_or_link')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onPressEnter={() => go(found)}
        />
        <Button type="primary" disabled={!found} loading={tried.isPending} onClick={() => go(found)}>
          {t('pack.try_it')}
        </Button>
      </div>
      {!tried.data && !tried.isPending && !tried.error && (
        <>
          <p className="quiet">{t('pack.try_about')}</p>
          <ul className="recent-calls">
            {recent.data?.items.map((row) => (
              <li key={row.id}>
                <button
                  type="button"
                  onClick={() => {
                    setText(row.id);
                    go(row.id);
                  }}
                >
                  <b>{row.external_id}</b> <span className="quiet">{format.minute(row.at)}</span>
                  <span className="quiet"> {row.project?.name}</span>
                  <span className="quiet"> {row.agent?.name}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {tried.error ? <Trouble error={tried.error} /> : tried.isPending ? <Waiting rows={6} /> : null}
      {tried.data && !tried.isPending && <Outcome tried={tried.data} />}
    </div>
  );
}

function Outcome({ tried }: { tried: Tried }) {
  const { t } = useTranslation();
  const findings = [...tried.findings].sort((one, other) => kind(one) - kind(other) || one.place - other.place);
  return (
    <>
      <p className="try-scores">
        <Link to="/conversations/$id" params={{ id: tried.id }}>
          {tried.external_id}
        </Link>
        {DIMENSIONS.map((dimension) => (
          <span key={dimension}>
            {t(`dimension.${dimension}`)} {score(tried.before[dimension])} →{' '}
            <b className={tried.after[dimension] !== tried.before[dimension] ? 'moved' : ''}>
              {score(tried.after[dimension])}
            </b>
          </span>
        ))}
      </p>
      {findings.length === 0 && <Nothing>{t('conversation.no_findings')}</Nothing>}
      <ol className="finding-list">
        {findings.map((finding) => (
          <Found key={finding.place} finding={finding} tried={tried} />
        ))}
      </ol>
    </>
  );
}

/** New first, then gone, then what stays. */
function kind({ before, after }: TriedFinding): 0 | 1 | 2 {
  return before ? (after ? 2 : 1) : 0;
}

function Found({ finding, tried }: { finding: TriedFinding; tried: Tried }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [why, setWhy] = useState(false);
  const turn = typeof finding.turn === 'number' ? tried.turns[finding.turn] : undefined;
  const chars = turn && Array.from(turn.text);
  const [from, to] = finding.chars ?? [0, 0];
  const praise = betters(finding.dimension, finding.points);
  return (
    <li className={`try-finding kind-${kind(finding)}`}>
      <span className="finding-head">
        <span className={`tag ${['praise', 'severity-major', 'plain'][kind(finding)]}`}>
          {t(['pack.comes', 'pack.goes', 'pack.stays'][kind(finding)]!)}
        </span>
        <b>{format.title(finding.title, finding.rule)}</b>
        <SeverityTag severity={finding.severity} praise={praise} />
        <span>
          {t(`dimension.${finding.dimension}`)} {signed(finding.points)}
        </span>
        {turn && <span className="quiet">{clock(turn.start_ms)}</span>}
        <Link
          to="/conversations/$id"
          params={{ id: tried.id }}
          search={typeof finding.turn === 'number' ? { turn: String(finding.turn) } : {}}
        >
          {t('pack.open_call')}
        </Link>
      </span>
      {turn && chars && (
        <p className="evidence">
          <span className="quiet">{t(`role.${turn.role}`, { defaultValue: turn.role })} </span>
          {to > from ? (
            <>
              {chars.slice(0, from).join('')}
              <em>{chars.slice(from, to).join('')}</em>
              {chars.slice(to).join('')}
            </>
          ) : (
            turn.text
          )}
        </p>
      )}
      {tried.why[finding.rule] && (
        <button type="button" className="text-button" aria-expanded={why} onClick={() => setWhy(!why)}>
          {t(why ? 'conversation.why_less' : 'conversation.why')}
        </button>
      )}
      {why && <pre className="why">{tried.why[finding.rule]}</pre>}
    </li>
  );
}
