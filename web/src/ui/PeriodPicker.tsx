import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PERIODS, type Period } from '../filter';

const DayRange = lazy(() => import('./DayRange'));
type Value = { period?: string; from?: string; to?: string };

/** Which days: a few at hand, any by the calendar. */
export function PeriodPicker({
  value,
  standard,
  onChange,
}: {
  value: Value;
  standard: Period;
  onChange: (value: Value) => void;
}) {
  const { t } = useTranslation();
  const [picking, setPicking] = useState(false);
  const own = Boolean(value.from || value.to);
  const chosen = own ? null : (value.period ?? standard);
  const range =
    value.from === value.to
      ? value.from
      : `${value.from ?? '…'} – ${value.to ? value.to.slice(value.from?.slice(0, 5) === value.to.slice(0, 5) ? 5 : 0) : '…'}`;
  return (
    <div className="period">
      <div className="segments" role="radiogroup" aria-label={t('period.label')}>
        {PERIODS.map((period) => (
          <button
            key={period}
            type="button"
            role="radio"
            aria-checked={chosen === period}
            onClick={() =>
              onChange({ period: period === standard ? undefined : period, from: undefined, to: undefined })
            }
          >
            {t(`period.${period}`)}
          </button>
        ))}
        <button type="button" role="radio" aria-checked={own} onClick={() => setPicking(!picking)}>
          {own ? range : t('period.own')}
        </button>
      </div>
      {picking && (
        <Suspense fallback={<span className="period-range" />}>
          <DayRange
            value={value}
            onChange={(next) => onChange({ period: undefined, ...next })}
            onClose={() => setPicking(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
