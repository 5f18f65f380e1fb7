import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Conversation, JudgementVersion, TranscriptVersion } from '../../api/types';
import { DIMENSIONS, score, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';

export function useVersionNames() {
  const { t } = useTranslation();
  const format = useFormat();
  const current = (is: boolean) => (is ? ` · ${t('versions.current')}` : '');
  return {
    transcript: (one: TranscriptVersion) =>
      `${format.minute(one.made_at)} · ${one.model ?? t(`engine.${one.engine}`, { defaultValue: one.engine ?? '–' })}${current(one.current)}`,
    judgement: (one: JudgementVersion) =>
      `${format.minute(one.made_at)} · ${DIMENSIONS.map((dimension) => score(one.scores[dimension])).join(' / ')}${current(one.current)}`,
  };
}

/** Which transcript and which judgement is shown. */
export function Versions({
  conversation,
  transcript,
  judgement,
  onChoose,
  onCompare,
}: {
  conversation: Conversation;
  transcript: string | undefined;
  judgement: string | undefined;
  onChoose: (chosen: { transcript?: string; judgement?: string }) => void;
  onCompare: (what: 'transcripts' | 'judgements') => void;
}) {
  const { t } = useTranslation();
  const names = useVersionNames();
  const { transcripts, judgements } = conversation;
  const rules = judgements.find((one) => one.id === judgement)?.rules;
  return (
    <div className="versions">
      <label htmlFor="transcript-version">{t('versions.transcript', { n: transcripts.length })}</label>
      <Select
        id="transcript-version"
        value={transcript}
        popupMatchSelectWidth={false}
        options={transcripts.map((one) => ({ value: one.id, label: names.transcript(one) }))}
        onChange={(id) =>
          onChoose({ transcript: id, judgement: judgements.find((one) => one.transcript === id)?.id ?? judgement })
        }
      />
      <Button
        icon={<Icon name="compare" size={15} />}
        disabled={transcripts.length < 2}
        onClick={() => onCompare('transcripts')}
      >
        {t('versions.compare')}
      </Button>
      <label htmlFor="judgement-version">{t('versions.judgement', { n: judgements.length })}</label>
      <Select
        id="judgement-version"
        value={judgement}
        popupMatchSelectWidth={false}
        options={judgements.map((one) => ({ value: one.id, label: names.judgement(one) }))}
        onChange={(id) =>
          onChoose({ judgement: id, transcript: judgements.find((one) => one.id === id)?.transcript ?? transcript })
        }
      />
      <Button
        icon={<Icon name="compare" size={15} />}
        disabled={judgements.length < 2}
        onClick={() => onCompare('judgements')}
      >
        {t('versions.compare')}
      </Button>
      {rules && (
        <p className="quiet">
          {t('versions.rules')} <code>{rules.replace(/^sha256:/, '').slice(0, 16)}</code>
        </p>
      )}
    </div>
  );
}
