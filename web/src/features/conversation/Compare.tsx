import { useQuery } from '@tanstack/react-query';
import { Modal, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { judgementQuery, transcriptQuery } from '../../api/queries';
import type { Conversation, Judgement, Title } from '../../api/types';
import { clock, DIMENSIONS, score, signed, useFormat } from '../../ui/format';
import { SeverityTag, Trouble, Waiting } from '../../ui/parts';
import { differences, type Part, paired } from './compare';
import { useVersionNames } from './Versions';

type Props = { conversation: Conversation; what: 'transcripts' | 'judgements'; unmask: boolean; onClose: () => void };

/** Two versions side by side. */
export default function Compare({ conversation, what, unmask, onClose }: Props) {
  const { t } = useTranslation();
  const names = useVersionNames();
  const options =
    what === 'transcripts'
      ? conversation.transcripts.map((one) => ({ value: one.id, label: names.transcript(one) }))
      : conversation.judgements.map((one) => ({ value: one.id, label: names.judgement(one) }));
  const [left, setLeft] = useState(options[1]?.value ?? '');
  const [right, setRight] = useState(options[0]?.value ?? '');
  return (
    <Modal open onCancel={onClose} footer={null} width={1180} title={t(`versions.compare_${what}`)} style={{ top: 24 }}>
      <div className="compare-head">
        <Select
          aria-label={t('versions.left')}
          value={left}
          options={options}
          onChange={setLeft}
          popupMatchSelectWidth={false}
        />
        <Select
          aria-label={t('versions.right')}
          value={right}
          options={options}
          onChange={setRight}
          popupMatchSelectWidth={false}
        />
      </div>
      <div className="compare-body">
        {what === 'transcripts' ? (
          <Transcripts id={conversation.id} left={left} right={right} unmask={unmask} />
        ) : (
          <Judgements id={conversation.id} left={left} right={right} />
        )}
      </div>
    </Modal>
  );
}

function Transcripts({ id, left, right, unmask }: { id: string; left: string; right: string; unmask: boolean }) {
  const { t } = useTranslation();
  const one = useQuery(transcriptQuery(id, left, unmask));
  const other = useQuery(transcriptQuery(id, right, unmask));
  const rows = useMemo(() => {
    if (!one.data || !other.data) return null;
    const before = one.data.turns;
    const after = other.data.turns;
    return paired(before, after).map((pair) => {
      const from = pair.left === null ? undefined : before[pair.left];
      const to = pair.right === null ? undefined : after[pair.right];
      return { from, to, parts: differences(from?.text ?? '', to?.text ?? '') };
    });
  }, [one.data, other.data]);
  if (one.error || other.error) return <Trouble error={one.error ?? other.error} />;
  if (!rows) return <Waiting rows={8} />;
  return (
    <div className="compare-turns">
      {rows.map(({ from, to, parts }, index) => (
        <div key={index} className={`compare-row role-${(from ?? to)!.role} ${from?.text === to?.text ? 'same' : ''}`}>
          <span className="turn-time">{clock((from ?? to)!.start_ms)}</span>
          <span className="speaker">{t(`role.${(from ?? to)!.role}`, { defaultValue: (from ?? to)!.role })}</span>
          <Side parts={from ? parts.left : null} tone="gone" />
          <Side parts={to ? parts.right : null} tone="come" />
        </div>
      ))}
    </div>
  );
}

function Side({ parts, tone }: { parts: Part[] | null; tone: 'gone' | 'come' }) {
  if (!parts) return <p className="compare-none">—</p>;
  return (
    <p>
      {parts.map((part, index) =>
        part.same ? (
          part.text
        ) : tone === 'gone' ? (
          <del key={index}>{part.text}</del>
        ) : (
          <ins key={index}>{part.text}</ins>
        ),
      )}
    </p>
  );
}

function Judgements({ id, left, right }: { id: string; left: string; right: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const one = useQuery(judgementQuery(id, left));
  const other = useQuery(judgementQuery(id, right));
  if (one.error || other.error) return <Trouble error={one.error ?? other.error} />;
  if (!one.data || !other.data) return <Waiting rows={6} />;
  const counted = (judgement: Judgement) => {
    const map = new Map<string, { hits: number; points: number }>();
    for (const finding of judgement.findings) {
      const entry = map.get(finding.rule) ?? { hits: 0, points: 0 };
      map.set(finding.rule, { hits: entry.hits + 1, points: entry.points + finding.points });
    }
    return map;
  };
  const before = counted(one.data);
  const after = counted(other.data);
  const all = new Map<string, { title: Title; severity: 'info' | 'minor' | 'major' | 'fatal' }>();
  for (const finding of [...one.data.findings, ...other.data.findings]) all.set(finding.rule, finding);
  const cell = (entry: { hits: number; points: number } | undefined) =>
    entry ? `${signed(entry.points)}${entry.hits > 1 ? ` ×${entry.hits}` : ''}` : '—';
  return (
    <table className="table compare-table">
      <thead>
        <tr>
          <th>{t('rule')}</th>
          <th />
          <th className="num">{t('versions.left')}</th>
          <th className="num">{t('versions.right')}</th>
          <th className="num">{t('versions.change')}</th>
        </tr>
      </thead>
      <tbody>
        {DIMENSIONS.map((dimension) => {
          const change = other.data.scores[dimension] - one.data.scores[dimension];
          return (
            <tr key={dimension} className={`${dimension} compare-score`}>
              <td>
                <b>{t(`dimension.${dimension}`)}</b>
              </td>
              <td />
              <td className="num">{score(one.data.scores[dimension])}</td>
              <td className="num">{score(other.data.scores[dimension])}</td>
              <td className="num">{change ? signed(change) : <span className="quiet">0</span>}</td>
            </tr>
          );
        })}
        {[...all].map(([rule, { title, severity }]) => {
          const was = before.get(rule);
          const is = after.get(rule);
          const differs = was?.points !== is?.points || was?.hits !== is?.hits;
          return (
            <tr key={rule} className={differs ? 'differs' : ''}>
              <td>{format.title(title, rule)}</td>
              <td>
                <SeverityTag severity={severity} />
              </td>
              <td className="num">{cell(was)}</td>
              <td className="num">{cell(is)}</td>
              <td className="num">
                {!was ? t('versions.new') : !is ? t('versions.gone') : differs ? signed(is.points - was.points) : ''}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
