import { useTranslation } from 'react-i18next';
import { percent } from '../../ui/format';
import { coefficient, type Measured, points, standing, whyKey } from './figures';

type Props = { of: Measured };

function Figure({ of, written }: Props & { written: (value: number) => string }) {
  const { t } = useTranslation();
  if (of.value === null)
    return (
      <span className="none" title={t(whyKey(of.why))}>
        –
      </span>
    );
  return (
    <>
      {written(of.value)}
      {of.interval && (
        <small className="quiet nowrap agreement-range">
          {' '}
          {written(of.interval.low)} – {written(of.interval.high)}
        </small>
      )}
    </>
  );
}

/** A coefficient with its interval, or a dash that says why there is none. */
export const Coefficient = ({ of }: Props) => <Figure of={of} written={coefficient} />;
export const Share = ({ of }: Props) => <Figure of={of} written={(value) => percent(value, 0)} />;
export const Points = ({ of }: Props) => <Figure of={of} written={points} />;

/** Whether an alpha may be relied on. */
export function Standing({ of }: Props) {
  const { t } = useTranslation();
  if (of.value === null) return null;
  const stands = standing(of);
  return (
    <span className={`tag agreement-${stands}`} title={t('agreement.bounds')}>
      {t(`agreement.${stands}`)}
    </span>
  );
}
