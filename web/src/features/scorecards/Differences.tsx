import { useTranslation } from 'react-i18next';
import { type Item, type ItemOption, itemsOf, type Prefill, type Scorecard } from '../../api/scorecards';
import { useFormat } from '../../ui/format';
import { Nothing } from '../../ui/parts';
import type { Changes, Difference, FieldChange } from './types';
import { useWords } from './words';

/** What a card says differently from another version of it: sections and items that came, went or changed. */
export function Differences({
  found,
  before,
  after,
}: {
  found: Difference;
  before: Scorecard | undefined;
  after: Scorecard | undefined;
}) {
  const { t } = useTranslation();
  const words = { from: useWords(before), to: useWords(after) };
  const { card, sections, items } = found;
  const nothing = [sections, items].every((one) => !one.added.length && !one.removed.length && !one.changed.length);
  if (!card.length && nothing) return <Nothing>{t('scorecards.no_difference')}</Nothing>;
  const kinds = [
    ['section', sections],
    ['item', items],
  ] as const;
  return (
    <ul className="differences">
      {card.length > 0 && (
        <li>
          <b>{t('scorecards.head')}</b>
          <Fields fields={card} id="" before={before} after={after} />
        </li>
      )}
      {kinds.flatMap(([kind, changes]) => [
        ...(['added', 'removed'] as const).flatMap((way) =>
          changes[way].map((id) => (
            <li key={`${kind} ${way} ${id}`}>
              <span className={`tag ${way === 'added' ? 'praise' : 'severity-major'}`}>
                {t(`scorecards.${way}_${kind}`)}
              </span>{' '}
              <b>{words[way === 'added' ? 'to' : 'from'][kind](id)}</b> <code>{id}</code>
            </li>
          )),
        ),
        ...(changes as Changes).changed.map(({ id, fields }) => (
          <li key={`${kind} ${id}`}>
            <span className="tag severity-minor">{t(`scorecards.changed_${kind}`)}</span> <b>{words.to[kind](id)}</b>{' '}
            <code>{id}</code>
            <Fields fields={fields} id={id} before={before} after={after} />
          </li>
        )),
      ])}
    </ul>
  );
}

function Fields({
  fields,
  id,
  before,
  after,
}: {
  fields: FieldChange[];
  id: string;
  before: Scorecard | undefined;
  after: Scorecard | undefined;
}) {
  const { t } = useTranslation();
  const from = useSaid(before, id);
  const to = useSaid(after, id);
  return (
    <dl>
      {fields.map((one) => (
        <div key={one.field}>
          <dt>{t(`scorecards.field.${one.field}`, { defaultValue: one.field })}</dt>
          <dd>
            <del>{from(one.field, one.from)}</del>
            <ins>{to(one.field, one.to)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A field in words, as the card it stands in means it. */
function useSaid(card: Scorecard | undefined, id: string): (field: string, value: unknown) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords(card);
  const item: Item | undefined = card && itemsOf(card).find((one) => one.id === id);
  return (field, value) => {
    if (value === null || value === undefined) return '–';
    switch (field) {
      case 'title':
      case 'about':
      case 'help': {
        const { zh, en } = value as { zh: string; en: string };
        return zh === en ? zh : `${zh}\n${en}`;
      }
      case 'options':
        return (value as ItemOption[]).map(words.option).join('\n');
      case 'prefill':
        return (value as Prefill[]).map((one) => words.suggests(item, one)).join('\n');
      case 'asked_when':
        return words.when(value as { item: string; is: string[] });
      case 'order':
        return (value as string[]).map(words.item).join(t('comma'));
      case 'section':
        return words.section(value as string);
      case 'counts':
        return t(`scorecards.counts.${value as string}`);
      default:
        if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
        return typeof value === 'number' ? format.count(value) : String(value);
    }
  };
}
