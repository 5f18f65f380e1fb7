import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Remark } from '../../api/evaluations';
import { IconButton } from '../../ui/parts';
import type { Listening } from '../conversation/listening';
import { Moments } from './Moments';

export const remarkPart = (place: number) => `remark ${place}`;

type Props = {
  remarks: Remark[];
  active: string | null;
  listening: Listening;
  /** None where they are only read. */
  onChange?: (place: number, change: Partial<Remark> | null) => void;
  onAdd: (kind: Remark['kind']) => void;
  onActive: (part: string) => void;
  onPin: (part: string) => void;
};

/** Words to the agent that no item asks for: what was good stands beside what was not. */
export function Remarks({ remarks, active, listening, onChange, onAdd, onActive, onPin }: Props) {
  const { t } = useTranslation();
  if (!onChange && !remarks.length) return null;
  return (
    <section className="remarks" aria-label={t('evaluation.remarks')}>
      <h3>{t('evaluation.remarks')}</h3>
      <ul>
        {remarks.map((remark, place) => {
          const part = remarkPart(place);
          const name = t(`evaluation.remark.${remark.kind}`);
          return (
            <li key={place} className={`item remark-${remark.kind} ${active === part ? 'active' : ''}`}>
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys come from the page; a click only says what they are for */}
              <div
                role="group"
                data-part={part}
                tabIndex={-1}
                aria-label={`${name} ${place + 1}`}
                onClick={() => onActive(part)}
                onFocus={(event) => event.target.matches(':focus-visible') && onActive(part)}
              >
                <p className="item-head">
                  <span className={`tag ${remark.kind === 'good' ? 'praise' : 'severity-minor'}`}>{name}</span>
                  {onChange && (
                    <span className="item-tools">
                      <IconButton icon="pin" label={`${t('evaluation.pin')} E`} onClick={() => onPin(part)} />
                      <IconButton icon="close" label={t('delete')} onClick={() => onChange(place, null)} />
                    </span>
                  )}
                </p>
                {onChange ? (
                  <Input.TextArea
                    autoSize={{ minRows: 1, maxRows: 6 }}
                    aria-label={name}
                    placeholder={t(`evaluation.remark_about.${remark.kind}`)}
                    value={remark.text}
                    onChange={(event) => onChange(place, { text: event.target.value })}
                  />
                ) : (
                  <p className="item-comment">{remark.text}</p>
                )}
                <Moments
                  moments={remark.evidence ?? []}
                  listening={listening}
                  label={`${name}${t('comma')}${t('evaluation.evidence')}`}
                  onRemove={
                    onChange &&
                    ((at) => onChange(place, { evidence: remark.evidence?.filter((_, index) => index !== at) }))
                  }
                />
              </div>
            </li>
          );
        })}
      </ul>
      {onChange && (
        <p className="remarks-add">
          {(['good', 'better'] as const).map((kind) => (
            <Button key={kind} size="small" onClick={() => onAdd(kind)}>
              {t(`evaluation.add.${kind}`)} <kbd>{kind === 'good' ? 'G' : 'B'}</kbd>
            </Button>
          ))}
        </p>
      )}
    </section>
  );
}
