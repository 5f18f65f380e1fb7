import { useQuery } from '@tanstack/react-query';
import { Checkbox, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { listenersQuery, STRATA } from '../../api/draws';
import { placesQuery } from '../../api/queries';
import { type CardHead, countingCardsQuery } from '../../api/scorecards';
import { useFormat } from '../../ui/format';
import { PeriodPicker } from '../../ui/PeriodPicker';
import { Loaded } from '../../ui/parts';
import { Further } from './Further';
import { heardBy, OF_PROJECT, PERIOD, type Wish } from './plan';
import './draws.css';

const MOST_GUIDANCE = 0.7;
const EITHER = '';
const EVERYBODY = 'all';

type Props = { wish: Wish; change: (next: Partial<Wish>) => void };

/** Which calls of which time, how many, who listens, and until when. */
export function Wishes({ wish, change, card, today }: Props & { card: CardHead | undefined; today: string }) {
  const { t } = useTranslation();
  return (
    <>
      <OfProject wish={wish} change={change} />
      <span className="label">{t('draws.time')}</span>
      <PeriodPicker value={wish} standard={PERIOD} onChange={change} />
      <Which wish={wish} change={change} card={card} />
      <label htmlFor="draw-due">{t('draws.due')}</label>
      <Input
        id="draw-due"
        type="date"
        min={today}
        value={wish.due ?? ''}
        onChange={(event) => change({ due: event.target.value || undefined })}
      />
      <p className="quiet">{t('draws.due_hint')}</p>
    </>
  );
}

export function OfProject({ wish, change }: Props) {
  const { t } = useTranslation();
  const places = useQuery(placesQuery);
  return (
    <>
      <label htmlFor="draw-project">{t('project')}</label>
      <Select
        id="draw-project"
        value={wish.project || undefined}
        showSearch={{ optionFilterProp: 'label' }}
        options={places.data?.projects.map((one) => ({ value: one.id, label: one.name })) ?? []}
        // Who may listen, and of whom, is another matter in another project.
        onChange={(project) => change({ project, ...OF_PROJECT })}
      />
    </>
  );
}

/** Which calls of a time, how many, and who listens. */
export function Which({ wish, change, card }: Props & { card: CardHead | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cards = useQuery(countingCardsQuery);
  return (
    <>
      <Segments
        label={t('column.direction')}
        value={wish.direction ?? EITHER}
        options={[
          [EITHER, t('draws.both_directions')],
          ['inbound', t('direction.inbound')],
          ['outbound', t('direction.outbound')],
        ]}
        onChange={(direction) => change({ direction: direction || undefined })}
      />
      {wish.project && <Further wish={wish} change={change} />}
      <Segments
        label={t('draws.strata')}
        value={wish.strata}
        options={STRATA.map((one) => [one, t(`draws.by.${one}`)])}
        onChange={(strata) => change({ strata })}
      />
      <Size wish={wish} change={change} />
      <label htmlFor="draw-guidance">{t('draws.guidance')}</label>
      <span className="line">
        <input
          id="draw-guidance"
          type="range"
          min={0}
          max={MOST_GUIDANCE}
          step={0.05}
          value={wish.guidance}
          onChange={(event) => change({ guidance: event.target.valueAsNumber })}
        />
        <output htmlFor="draw-guidance">{wish.guidance}</output>
      </span>
      <p className="quiet">{t('draws.guidance_about')}</p>
      <label htmlFor="draw-card">{t('evaluation.card')}</label>
      <Select
        id="draw-card"
        value={card?.id}
        options={cards.data?.map((one) => ({ value: one.id, label: format.title(one.title, one.id) })) ?? []}
        onChange={(next) => change({ card: next })}
      />
      <Listeners wish={wish} change={change} />
      {wish.project && <Inspectors wish={wish} change={change} />}
    </>
  );
}

/** How many hear each call, each on their own. */
function Listeners({ wish, change }: Props) {
  const { t } = useTranslation();
  // A standing plan may ask for more than the form offers: it is kept.
  const counts = [...new Set([1, 2, wish.listeners])].map((n): [string, string] => [String(n), String(n)]);
  return (
    <>
      <Segments
        label={t('draws.listeners')}
        value={wish.everybody ? EVERYBODY : String(wish.listeners)}
        options={[...counts, [EVERYBODY, t('draws.everybody')]]}
        onChange={(next) =>
          change(next === EVERYBODY ? { everybody: true } : { everybody: false, listeners: Number(next) })
        }
      />
      {wish.everybody && <p className="quiet">{t('draws.everybody_about')}</p>}
    </>
  );
}

function Size({ wish, change }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Segments
        label={t('draws.size')}
        value={wish.by}
        options={[
          ['count', t('draws.count')],
          ['share', t('draws.share')],
        ]}
        onChange={(by) => change({ by })}
      >
        {wish.by === 'count' ? (
          <InputNumber
            aria-label={t('draws.count')}
            min={1}
            precision={0}
            value={wish.count}
            onChange={(count) => change({ count })}
          />
        ) : (
          <InputNumber
            aria-label={t('draws.share')}
            min={0.01}
            max={100}
            suffix="%"
            value={wish.percent}
            onChange={(percent) => change({ percent })}
          />
        )}
      </Segments>
      {wish.strata !== 'none' && (
        <>
          <label htmlFor="draw-minimum">{t('draws.minimum')}</label>
          <InputNumber
            id="draw-minimum"
            min={0}
            precision={0}
            value={wish.minimum}
            onChange={(minimum) => change({ minimum })}
          />
        </>
      )}
    </>
  );
}

/** Who may be given calls, and how much each has to do already. */
function Inspectors({ wish, change }: Props) {
  const { t } = useTranslation();
  const query = useQuery(listenersQuery(wish.project));
  // Who may judge here no longer hears nothing.
  const chosen = query.data ? query.data.items.filter((one) => wish.inspectors.includes(one.id)).length : 0;
  const wanted = query.data ? heardBy(wish, chosen) : 0;
  return (
    <>
      <span className="label" id="draw-inspectors">
        {t('draws.inspectors')}
      </span>
      <Loaded query={query} rows={2} empty={query.data?.items.length === 0 && t('draws.no_inspectors')}>
        {({ items }) => (
          <div className="draw-listeners" role="group" aria-labelledby="draw-inspectors">
            {items.map((one) => (
              <span key={one.id} className="draw-listener">
                <Checkbox
                  checked={wish.inspectors.includes(one.id)}
                  onChange={({ target }) =>
                    change({
                      inspectors: target.checked
                        ? [...wish.inspectors, one.id]
                        : wish.inspectors.filter((id) => id !== one.id),
                    })
                  }
                >
                  {one.name}
                </Checkbox>
                <small>{t('draws.open_work', { n: one.open })}</small>
              </span>
            ))}
          </div>
        )}
      </Loaded>
      {wanted > 1 && chosen < wanted && (
        <p className="draw-warning" role="status">
          {t('draws.too_few', { n: chosen, m: wanted })}
        </p>
      )}
      <p className="quiet">{t('draws.inspectors_about')}</p>
    </>
  );
}

/** One of a few, side by side; what belongs to it stands beside. */
export function Segments<V extends string>({
  label,
  value,
  options,
  onChange,
  children,
}: {
  label: string;
  value: V;
  options: [V, string][];
  onChange: (value: V) => void;
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <>
      <span className="label" id={id}>
        {label}
      </span>
      <span className="line">
        <span className="segments" role="radiogroup" aria-labelledby={id}>
          {options.map(([one, word]) => (
            <button key={one} type="button" role="radio" aria-checked={one === value} onClick={() => onChange(one)}>
              {word}
            </button>
          ))}
        </span>
        {children}
      </span>
    </>
  );
}
