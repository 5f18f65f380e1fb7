import { useTranslation } from 'react-i18next';
import { Nothing } from '../../../ui/parts';
import type { Difference, FieldChange } from './types';

/** Rules that came, went or changed, and which field. */
export function Differences({ found, titles }: { found: Difference; titles: Map<string, string> }) {
  const { t } = useTranslation();
  const named = (rule: string) => titles.get(rule) ?? rule;
  const { pack, added, removed, changed } = found;
  if (!pack.length && !added.length && !removed.length && !changed.length) {
    return <Nothing>{t('pack.no_difference')}</Nothing>;
  }
  return (
    <ul className="differences">
      {pack.length > 0 && (
        <li>
          <b>{t('pack.head')}</b>
          <Fields fields={pack} />
        </li>
      )}
      {added.map((rule) => (
        <li key={rule}>
          <span className="tag praise">{t('pack.added')}</span> <b>{named(rule)}</b> <code>{rule}</code>
        </li>
      ))}
      {removed.map((rule) => (
        <li key={rule}>
          <span className="tag severity-major">{t('pack.removed')}</span> <b>{named(rule)}</b> <code>{rule}</code>
        </li>
      ))}
      {changed.map(({ rule, fields }) => (
        <li key={rule}>
          <span className="tag severity-minor">{t('pack.changed')}</span> <b>{named(rule)}</b> <code>{rule}</code>
          <Fields fields={fields} />
        </li>
      ))}
    </ul>
  );
}

function Fields({ fields }: { fields: FieldChange[] }) {
  const { t } = useTranslation();
  return (
    <dl>
      {fields.map(({ field, from, to }) => (
        <div key={field}>
          <dt>{t(`field.${field}`, { defaultValue: field })}</dt>
          <dd>
            {field === 'phrases' ? (
              <>
                {(to as string[]).map((phrase) => (
                  <ins key={phrase}>{phrase}</ins>
                ))}
                {(from as string[]).map((phrase) => (
                  <del key={phrase}>{phrase}</del>
                ))}
              </>
            ) : (
              <>
                <del>{said(from)}</del>
                <ins>{said(to)}</ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function said(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value).trimEnd();
}
