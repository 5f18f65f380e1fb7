import { useTranslation } from 'react-i18next';
import type { CardStep, Cause, Scorecard } from '../../api/scorecards';
import { figure, signedFigure } from '../../ui/format';
import type { Tried } from './types';
import { useWords } from './words';

/** What answers come to, and every step on the way. */
export function Figures({ tried, card }: { tried: Tried; card: Scorecard }) {
  const { t } = useTranslation();
  const words = useWords(card);
  const { scored, missing } = tried;
  const lacking = missing.filter(({ lack }) => lack !== 'comment' && lack !== 'evidence').length;
  const of = (step: CardStep) =>
    step.of === 'total'
      ? t('scorecards.total')
      : step.of === 'critical'
        ? t('scorecards.critical_score')
        : words.section(step.of.section);
  const by = (cause: Cause) =>
    typeof cause === 'string'
      ? t(`scorecards.by_${cause}`)
      : 'item' in cause
        ? words.item(cause.item)
        : 'section' in cause
          ? words.section(cause.section)
          : t('scorecards.by_fatal', { item: words.item(cause.fatal) });
  const groups = [...new Set(scored.steps.map(of))];
  return (
    <>
      <dl>
        <div>
          <dt>{t('scorecards.total')}</dt>
          <dd className={scored.fatal.length ? 'failed' : ''}>{figure(scored.total)}</dd>
        </div>
        <div>
          <dt>{t('scorecards.critical_score')}</dt>
          <dd>{figure(scored.critical)}</dd>
        </div>
        {scored.sections.map((section) => (
          <div key={section.id}>
            <dt>{words.section(section.id)}</dt>
            <dd>{figure(section.score)}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{t('scorecards.lacking', { n: lacking })}</p>
      {scored.steps.length > 0 && (
        <details>
          <summary>{t('scorecards.steps')}</summary>
          {groups.map((name) => (
            <table key={name} className="table">
              <caption>{name}</caption>
              <tbody>
                {scored.steps
                  .filter((step) => of(step) === name)
                  .map((step, place) => (
                    <tr key={place}>
                      <td>{by(step.by)}</td>
                      <td className="num">{signedFigure(step.points)}</td>
                      <td className="num">{figure(step.after)}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          ))}
        </details>
      )}
    </>
  );
}
