import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dimension, Judgement } from '../../api/types';
import { betters, DIMENSIONS, score, signed, standing, useFormat } from '../../ui/format';

/** Three scores; a click shows how one came about. */
export function ScorePanel({ judgement }: { judgement: Judgement }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState<Dimension | null>(null);
  const steps = judgement.derivation.filter((step) => step.dimension === open);
  return (
    <section className="score-panel" aria-label={t('conversation.scores')}>
      <div className="score-tiles">
        {DIMENSIONS.map((dimension) => {
          const value = judgement.scores[dimension];
          return (
            <button
              key={dimension}
              type="button"
              className={`score-tile ${dimension} standing-${standing(dimension, value)}`}
              aria-expanded={open === dimension}
              onClick={() => setOpen(open === dimension ? null : dimension)}
              title={t('conversation.derivation')}
            >
              <span>{t(`dimension.${dimension}`)}</span>
              <b>{score(value)}</b>
              <i aria-hidden="true">
                <i style={{ width: `${value}%` }} />
              </i>
            </button>
          );
        })}
      </div>
      {open && (
        <ol className="steps">
          <li className="first">
            <span>{t('conversation.start', { n: open === 'risk' ? 0 : 100 })}</span>
            <span />
            <span className="after">{open === 'risk' ? 0 : 100}</span>
          </li>
          {steps.map((step, index) => (
            <li key={index}>
              <span>
                {format.title(step.title, step.rule)}
                {step.hits > 1 && <span className="quiet"> ×{step.hits}</span>}
              </span>
              <b className={step.points === 0 ? 'quiet' : betters(open, step.points) ? 'better' : 'worse'}>
                {signed(step.points)}
              </b>
              <span className="after">{score(step.after)}</span>
            </li>
          ))}
          {steps.length === 0 && <li className="first">{t('conversation.no_steps')}</li>}
        </ol>
      )}
    </section>
  );
}
