import { Input } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answered, Choice, Origin, Suggestion } from '../../api/evaluations';
import type { Item } from '../../api/scorecards';
import { figure, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { useMeasures } from '../conversation/Facts';
import type { Listening } from '../conversation/listening';
import { Moments, whereOf } from './Moments';
import { choiceOf, counted, sameChoice } from './sheet';

type Props = {
  item: Item;
  number: number;
  answer: Answered;
  suggestion: Suggestion | null;
  origin: Origin | null;
  active: boolean;
  /** What keeps it from being submitted, in words of the contract. */
  lacks: string[];
  /** Whether the comment was asked for. */
  commenting: boolean;
  language: string | null;
  listening: Listening;
  /** None where it is only read. */
  onChange?: (change: Partial<Answered>) => void;
  onActive: () => void;
  onPin: () => void;
  onComment: () => void;
};

/** One question of the card: what may be answered, what was, and what the machine says beside it. */
export function ItemLine(props: Props) {
  const { item, number, answer, suggestion, origin, active, lacks, commenting, listening } = props;
  const { onChange, onActive, onPin, onComment } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const title = format.title(item.title, item.id);
  const chosen = item.options.find((one) => one.id === counted(answer.choice, suggestion?.option));
  const failed = item.fatal && chosen?.share === 0;
  const digits = [...item.options.map((_, place) => place + 1), ...(item.not_applicable ? [0] : [])];
  const commented = Boolean(answer.comment) || commenting || (onChange && chosen?.comment);
  return (
    <li className={`item ${active ? 'active' : ''} ${failed ? 'failed' : ''}`}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys come from the page; a click only says which item they are for */}
      <div
        role="group"
        data-part={item.id}
        tabIndex={-1}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-help ${id}-lacks`}
        onClick={onActive}
        onFocus={(event) => event.target.matches(':focus-visible') && onActive()}
      >
        <p className="item-head">
          <span className="item-title" id={`${id}-title`}>
            <span className="quiet">{number}</span> {title}
          </span>
          {item.fatal && <span className="tag severity-fatal">{t('evaluation.fatal')}</span>}
          {item.critical && <span className="tag severity-major">{t('evaluation.critical_item')}</span>}
          {item.points > 0 && (
            <span className="points quiet">{t(`evaluation.points.${item.counts}`, { n: figure(item.points) })}</span>
          )}
          {onChange && (
            <span className="item-tools">
              <button
                type="button"
                className="icon-button"
                aria-label={`${t('evaluation.pin')} E`}
                title={`${t('evaluation.pin')} E`}
                onClick={onPin}
              >
                <Icon name="pin" size={15} />
              </button>
              <button
                type="button"
                className="icon-button"
                aria-label={`${t('evaluation.comment')} C`}
                title={`${t('evaluation.comment')} C`}
                onClick={onComment}
              >
                <Icon name="note" size={15} />
              </button>
            </span>
          )}
        </p>
        <p className={`item-help quiet ${active ? '' : 'sr'}`} id={`${id}-help`}>
          {format.title(item.help)}
        </p>
        <div className="options">
          {digits.map((digit) => {
            const choice = choiceOf(item, digit)!;
            const said = sameChoice(answer.choice, choice);
            const suggested = typeof choice === 'object' && choice.option === suggestion?.option;
            const option = typeof choice === 'object' ? item.options[digit - 1] : undefined;
            return (
              <button
                key={digit}
                type="button"
                className={`option ${suggested ? 'suggested' : ''} ${option?.share === 0 ? 'fails' : ''}`}
                aria-pressed={said}
                aria-keyshortcuts={String(digit)}
                disabled={!onChange}
                onClick={(event) => {
                  onChange?.({ choice: toggled(answer.choice, choice) });
                  // After a click the keys go on from the item, and space plays.
                  if (event.detail > 0) event.currentTarget.closest<HTMLElement>('[data-part]')?.focus();
                }}
              >
                <span className="digit" aria-hidden="true">
                  {digit}
                </span>
                {option ? format.title(option.title, option.id) : t('evaluation.not_applicable')}
              </button>
            );
          })}
        </div>
        {suggestion && <Suggested {...props} suggestion={suggestion} origin={origin} />}
        <Moments
          moments={answer.evidence ?? []}
          listening={listening}
          label={`${title}${t('comma')}${t('evaluation.evidence')}`}
          onRemove={
            onChange && ((place) => onChange({ evidence: answer.evidence?.filter((_, index) => index !== place) }))
          }
        />
        {commented &&
          (onChange ? (
            <Input.TextArea
              autoSize={{ minRows: 1, maxRows: 6 }}
              aria-label={`${title}${t('comma')}${t('evaluation.comment')}`}
              placeholder={t('evaluation.comment_about')}
              value={answer.comment ?? ''}
              onChange={(event) => onChange({ comment: event.target.value })}
            />
          ) : (
            <p className="item-comment">{answer.comment}</p>
          ))}
        <p className="lacks" id={`${id}-lacks`}>
          {lacks.map((lack) => t(`evaluation.lack.${lack}`, { defaultValue: lack })).join(t('comma'))}
        </p>
      </div>
    </li>
  );
}

/** The same once more takes an answer back. */
export function toggled(before: Choice | null | undefined, choice: Choice): Choice | undefined {
  return sameChoice(before, choice) ? undefined : choice;
}

/** What the machine says, and by what: a click lets it be heard. */
function Suggested({
  item,
  answer,
  suggestion,
  origin,
  listening,
  language,
  onChange,
}: Props & { suggestion: Suggestion }) {
  const { t } = useTranslation();
  const format = useFormat();
  const measured = useMeasures(language);
  const option = item.options.find((one) => one.id === suggestion.option);
  return (
    <p className="suggestion">
      <span className="quiet">{t('evaluation.suggested')}</span> <b>{format.title(option?.title, suggestion.option)}</b>
      {/* What nobody has said anything to yet is taken over only by being submitted. */}
      {origin && origin !== 'own' && (answer.choice || !onChange) && (
        <span className={`tag origin-${origin}`}>{t(`evaluation.origins.${origin}`)}</span>
      )}
      {suggestion.sources.map((source, place) => {
        if ('measure' in source) {
          const { measure, value, bound } = source.measure;
          return (
            <span key={place} className="source">
              {t(value > bound ? 'evaluation.measured_over' : 'evaluation.measured_under', {
                name: t(`metric.${measure}`, { defaultValue: measure }),
                value: measured(measure, value),
                bound: measured(measure, bound),
              })}
            </span>
          );
        }
        const { rule, moment } = source.finding;
        const title = format.title(listening.findings.find((one) => one.rule === rule)?.title, rule);
        return moment ? (
          <button key={place} type="button" className="text-button source" onClick={() => listening.hear(moment)}>
            {title} {whereOf(moment, listening.timed, t)}
          </button>
        ) : (
          <span key={place} className="source">
            {title}
          </span>
        );
      })}
    </p>
  );
}
