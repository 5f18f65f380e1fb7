import { Button, Input, Select } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Moment } from '../../api/evaluations';
import type { Item } from '../../api/scorecards';
import { useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import type { Listening } from '../conversation/listening';
import { Moments } from './Moments';

export type Reasoned = { kind: 'appeal' | 'uphold' | 'change'; reason: string; items: string[]; evidence: Moment[] };

type Props = {
  asking: Reasoned;
  items: Item[];
  listening: Listening;
  busy: boolean;
  onChange: (change: Partial<Reasoned>) => void;
  onPin: () => void;
  onDone: () => void;
  onClose: () => void;
};

/** A step that takes a reason. No dialog: one goes on listening while one writes. */
export function Ask({ asking, items, listening, busy, onChange, onPin, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { kind, reason } = asking;
  const holder = useRef<HTMLElement>(null);
  useEffect(() => {
    holder.current?.querySelector('textarea')?.focus();
  }, []);
  return (
    <section ref={holder} className="ask" aria-label={t(`evaluation.act.${kind}`)}>
      <label htmlFor="ask-reason">{t(`evaluation.reason.${kind}`)}</label>
      <Input.TextArea
        id="ask-reason"
        autoSize={{ minRows: 2, maxRows: 8 }}
        value={reason}
        onChange={(event) => onChange({ reason: event.target.value })}
      />
      {kind === 'appeal' && (
        <>
          <Select
            mode="multiple"
            aria-label={t('evaluation.appeal_items')}
            placeholder={t('evaluation.appeal_items')}
            value={asking.items}
            options={items.map((item) => ({ value: item.id, label: format.title(item.title, item.id) }))}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(chosen) => onChange({ items: chosen })}
          />
          <Moments
            moments={asking.evidence}
            listening={listening}
            label={t('evaluation.evidence')}
            onRemove={(place) => onChange({ evidence: asking.evidence.filter((_, index) => index !== place) })}
          />
        </>
      )}
      <p className="ask-foot">
        {kind === 'appeal' && (
          <Button icon={<Icon name="pin" size={15} />} onClick={onPin}>
            {t('evaluation.pin')} <kbd>E</kbd>
          </Button>
        )}
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button type="primary" disabled={!reason.trim()} loading={busy} onClick={onDone}>
          {t(`evaluation.act.${kind}`)}
        </Button>
      </p>
    </section>
  );
}
