import { useTranslation } from 'react-i18next';
import type { Moment } from '../../api/evaluations';
import { clock } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import type { Listening } from '../conversation/listening';

const LONG = 60;
type Words = (key: string, values?: Record<string, unknown>) => string;

/** A place by its time, or by its turn where turns have none. */
export function whereOf({ turn, start_ms }: Moment, timed: boolean, t: Words): string {
  return timed || turn === undefined ? clock(start_ms) : t('conversation.turn_n', { n: turn + 1 });
}

/** Places of the call: a click lets them be heard. */
export function Moments({
  moments,
  listening,
  label,
  onRemove,
}: {
  moments: Moment[];
  listening: Listening;
  label: string;
  onRemove?: (place: number) => void;
}) {
  const { t } = useTranslation();
  if (!moments.length) return null;
  return (
    <ul className="moments" aria-label={label}>
      {moments.map((moment, place) => {
        const where = whereOf(moment, listening.timed, t);
        const said = moment.turn === undefined ? '' : (listening.turns[moment.turn]?.text ?? '');
        return (
          <li key={place} className="moment">
            <button
              type="button"
              title={Array.from(said).slice(0, LONG).join('')}
              aria-label={t('evaluation.hear', { where })}
              onClick={() => listening.hear(moment)}
            >
              <Icon name={listening.playback ? 'play' : 'right'} size={10} /> {where}
            </button>
            {onRemove && (
              <button
                type="button"
                className="moment-remove"
                aria-label={t('evaluation.unpin', { where })}
                onClick={() => onRemove(place)}
              >
                <Icon name="close" size={11} />
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
