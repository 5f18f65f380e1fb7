import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Notes } from '../../api/coaching';

export const TEXTS = ['problem', 'root_cause', 'discussion', 'agreed'] as const;

/** A part of a sheet: to be read, or to be written. */
export function Part({
  part,
  notes,
  onChange,
}: {
  part: (typeof TEXTS)[number];
  notes: Notes;
  onChange?: (change: Partial<Notes>) => void;
}) {
  const { t } = useTranslation();
  const id = `coaching-${part}`;
  if (!onChange) {
    return (
      <section className="coaching-part">
        <h3>{t(`coaching.parts.${part}`)}</h3>
        <p>{notes[part] || <span className="none">–</span>}</p>
      </section>
    );
  }
  return (
    <div className="coaching-part">
      <label htmlFor={id}>{t(`coaching.parts.${part}`)}</label>
      <Input.TextArea
        id={id}
        autoSize={{ minRows: 2, maxRows: 10 }}
        maxLength={4000}
        value={notes[part]}
        onChange={(event) => onChange({ [part]: event.target.value })}
      />
    </div>
  );
}
