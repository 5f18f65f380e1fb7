import { useTranslation } from 'react-i18next';
import type { Conversation, Judgement } from '../../api/types';
import { percent, useFormat } from '../../ui/format';

/** Says a measure as people do, by its name. */
export function useMeasures(language: string | null) {
  const { t } = useTranslation();
  const format = useFormat();
  return (key: string, value: number | string | null): string => {
    if (value === null) return '–';
    if (typeof value === 'string') return t(`metric_value.${value}`, { defaultValue: value });
    if (key.endsWith('_ms')) return format.span(value);
    if (key.endsWith('_share')) return percent(value);
    if (key.endsWith('_rate')) {
      return format.measured({ amount: value, unit: language?.startsWith('en') ? 'words/min' : 'chars/min' });
    }
    return format.count(value);
  };
}

/** What was measured. */
export function Metrics({ judgement, language }: { judgement: Judgement; language: string | null }) {
  const { t } = useTranslation();
  const said = useMeasures(language);
  return (
    <dl className="pairs">
      {Object.entries(judgement.metrics).map(([key, value]) => (
        <div key={key}>
          <dt>{t(`metric.${key}`, { defaultValue: key })}</dt>
          <dd>{said(key, value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What came with the conversation. */
export function Attributes({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const said = (value: unknown): string =>
    typeof value === 'boolean'
      ? t(value ? 'yes' : 'no')
      : value === null || value === undefined
        ? '–'
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value);
  const { recording } = conversation;
  return (
    <dl className="pairs">
      <div>
        <dt>{t('conversation.received')}</dt>
        <dd>{format.second(conversation.received_at)}</dd>
      </div>
      <div>
        <dt>{t('column.source')}</dt>
        <dd>{conversation.source}</dd>
      </div>
      {recording && (
        <>
          <div>
            <dt>{t('column.recording')}</dt>
            <dd>
              {recording.name} · {format.bytes(recording.bytes)}
            </dd>
          </div>
          {recording.breaches.map(({ field, found, wanted }) => (
            <div key={field} className="breach">
              <dt>{t('conversation.not_as_agreed')}</dt>
              <dd>{t(`breach.${field}`, { found, wanted, defaultValue: `${found} / ${wanted}` })}</dd>
            </div>
          ))}
          <div>
            <dt>SHA-256</dt>
            <dd>
              <code title={recording.sha256}>{recording.sha256.slice(0, 16)}…</code>
            </dd>
          </div>
        </>
      )}
      {Object.entries(conversation.attributes).map(([key, value]) => (
        <div key={key}>
          <dt>{t(`attribute.${key}`, { defaultValue: key })}</dt>
          <dd>{said(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
