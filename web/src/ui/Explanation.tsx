import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { explanationQuery } from '../api/queries';
import { useFormat } from './format';
import { Trouble, Waiting } from './parts';
import './explanation.css';

const LONG = 120;

/** A rule in words, as the server puts it: a tree by indentation. */
export function Explanation({ rule }: { rule: string }) {
  const format = useFormat();
  const query = useQuery(explanationQuery(rule, format.lang));
  if (query.error) return <Trouble error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Waiting rows={3} />;
  const lines = query.data.text.split('\n').filter((line) => line.trim());
  return (
    <div className="explanation">
      {lines.map((line, index) => (
        <Line key={index} line={line} />
      ))}
    </div>
  );
}

function Line({ line }: { line: string }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const text = line.trimStart();
  const depth = Math.floor((line.length - text.length) / 2);
  const chars = Array.from(text);
  const long = chars.length > LONG + 30;
  return (
    <p style={{ paddingLeft: `${depth * 14}px` }} className={depth > 0 ? 'deeper' : ''}>
      {long && !all ? `${chars.slice(0, LONG).join('')}…` : text}
      {long && (
        <button type="button" className="text-button" onClick={() => setAll(!all)}>
          {t(all ? 'less' : 'whole')}
        </button>
      )}
    </p>
  );
}
