import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermission } from '../../api/session';
import type { Finding, Judgement, Turn } from '../../api/types';
import { Explanation } from '../../ui/Explanation';
import { betters, clock, signed, useFormat } from '../../ui/format';
import { Nothing, SeverityTag } from '../../ui/parts';

type Props = {
  judgement: Judgement;
  findings: Finding[];
  turns: Turn[];
  timed: boolean;
  selected: number | null;
  onFinding: (place: number) => void;
};

export function Findings({ judgement, findings, turns, timed, selected, onFinding }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      {findings.length === 0 && <Nothing>{t('conversation.no_findings')}</Nothing>}
      <ol className="finding-list">
        {findings.map((finding) => (
          <One
            key={finding.place}
            finding={finding}
            turns={turns}
            timed={timed}
            chosen={finding.place === selected}
            onFinding={onFinding}
          />
        ))}
      </ol>
      {judgement.unjudged.length > 0 && (
        <div className="unjudged">
          <h3>{t('conversation.unjudged')}</h3>
          <ul>
            {judgement.unjudged.map(({ rule, title, reason }) => (
              <li key={rule}>
                <span>{format.title(title, rule)}</span>
                <span className="quiet">{t(`unjudged.${reason.replaceAll(' ', '_')}`, { defaultValue: reason })}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function One({
  finding,
  turns,
  timed,
  chosen,
  onFinding,
}: {
  finding: Finding;
  turns: Turn[];
  timed: boolean;
  chosen: boolean;
  onFinding: (place: number) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const [why, setWhy] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) item.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const praise = betters(finding.dimension, finding.points);
  const turn = finding.turn === null || finding.turn === undefined ? undefined : turns[finding.turn];
  const chars = turn && finding.chars ? Array.from(turn.text) : null;
  const [from, to] = finding.chars ?? [0, 0];
  return (
    <li
      ref={item}
      className={`finding ${praise ? 'praise' : `severity-${finding.severity}`} ${chosen ? 'chosen' : ''}`}
    >
      <button type="button" className="finding-open" onClick={() => onFinding(finding.place)} aria-pressed={chosen}>
        <span className="finding-head">
          <b>{format.title(finding.title, finding.rule)}</b>
          <span className={`points ${finding.points === 0 ? 'quiet' : praise ? 'better' : 'worse'}`}>
            {t(`dimension.${finding.dimension}`)} {signed(finding.points)}
          </span>
        </span>
        <span className="finding-where">
          <SeverityTag severity={finding.severity} praise={praise} />
          {finding.role && <span>{t(`role.${finding.role}`, { defaultValue: finding.role })}</span>}
          {timed && finding.start_ms !== null && finding.start_ms !== undefined ? (
            <span>{clock(finding.start_ms)}</span>
          ) : (
            <span>{t(turn ? 'conversation.turn_n' : 'conversation.whole', { n: (finding.turn ?? 0) + 1 })}</span>
          )}
          {finding.value && (
            <span className="measure">
              {t('conversation.measured', { value: format.measured(finding.value) })}
              {finding.bound && ` · ${t('conversation.bound', { value: format.measured(finding.bound) })}`}
            </span>
          )}
        </span>
        {chars && to > from && (
          <span className="evidence">
            {from > 14 && '…'}
            {chars.slice(Math.max(0, from - 14), from).join('')}
            <em>{chars.slice(from, to).join('')}</em>
            {chars.slice(to, to + 18).join('')}
            {to + 18 < chars.length && '…'}
          </span>
        )}
      </button>
      <div className="finding-foot">
        <button type="button" className="text-button" aria-expanded={why} onClick={() => setWhy(!why)}>
          {t(why ? 'conversation.why_less' : 'conversation.why')}
        </button>
        {may('conversations.list') && (
          <Link to="/conversations" search={{ rule: finding.rule }}>
            {t('conversation.others')}
          </Link>
        )}
      </div>
      {why && <Explanation rule={finding.rule} />}
    </li>
  );
}
