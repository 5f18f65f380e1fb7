import { useTranslation } from 'react-i18next';
import type { Group, Mean } from '../../api/results';
import { score } from '../../ui/format';
import { points } from '../agreement/figures';

const tenth = (value: number) => score(Math.round(value * 10) / 10);

/** 87.5 ± 6.2, or a dash. */
export function MeanOf({ of }: { of: Mean }) {
  if (of.mean === null) return <span className="none">–</span>;
  return (
    <span className="nowrap">
      {tenth(of.mean)}
      {of.margin !== null && <small className="quiet"> ± {tenth(of.margin)}</small>}
    </span>
  );
}

/** How it stands beside the others: only what can be told from chance has a colour. */
export function Beside({ of }: { of: Group }) {
  const { t } = useTranslation();
  if (of.difference === null) return <span className="none">–</span>;
  return (
    <span className="nowrap">
      {points(of.difference)}{' '}
      <span className={`tag results-${of.verdict ?? 'cannot-be-told'}`}>
        {t(`results.verdict.${of.verdict ?? 'too-few'}`)}
      </span>
    </span>
  );
}
