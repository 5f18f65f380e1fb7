import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardStep, Scorecard, Scored } from '../../api/scorecards';
import { figure, signedFigure, useFormat } from '../../ui/format';
import { stands } from '../evaluations/marks';

/** Total and critical sub-score; a click shows how one came about. */
export function Totals({ form, scored }: { form: Scorecard; scored: Scored }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'total' | 'critical' | null>(null);
  const critical = form.sections.some((section) => section.items.some((item) => item.critical));
  return (
    <section className="totals" aria-label={t('conversation.scores')}>
      <div className="score-tiles">
        {(critical ? (['total', 'critical'] as const) : (['total'] as const)).map((of) => (
          <button
            key={of}
            type="button"
            className={`score-tile tile-${of} ${stands(scored[of])}`}
            aria-expanded={open === of}
            title={t('conversation.derivation')}
            onClick={() => setOpen(open === of ? null : of)}
          >
            <span>{t(`evaluation.${of}`)}</span>
            <b>{figure(scored[of])}</b>
            <i aria-hidden="true">
              <i style={{ width: `${scored[of] ?? 0}%` }} />
            </i>
          </button>
        ))}
        <p className="totals-notes">
          {scored.fatal.length > 0 && (
            <span className="tag severity-fatal">{t('evaluation.fatal_n', { n: scored.fatal.length })}</span>
          )}
          {scored.critical_failed.length > 0 && (
            <span className="tag severity-major">
              {t('evaluation.critical_n', { n: scored.critical_failed.length })}
            </span>
          )}
          <span className="quiet">
            {t('evaluation.earned', { earned: figure(scored.earned), possible: figure(scored.possible) })}
          </span>
        </p>
      </div>
      {open && <Derivation form={form} steps={scored.steps.filter((step) => step.of === open)} />}
    </section>
  );
}

/** How a figure came about, step by step, by the names of the card. */
export function Derivation({ form, steps }: { form: Scorecard; steps: CardStep[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const items = form.sections.flatMap((section) => section.items);
  const name = ({ by }: CardStep): string => {
    if (typeof by === 'string') return t(`evaluation.by.${by}`);
    if ('section' in by) return format.title(form.sections.find((one) => one.id === by.section)?.title, by.section);
    const id = 'item' in by ? by.item : by.fatal;
    const title = format.title(items.find((one) => one.id === id)?.title, id);
    return 'fatal' in by ? `${t('evaluation.fatal')}${t('colon')}${title}` : title;
  };
  return (
    <ol className="steps">
      {steps.map((step, place) => (
        <li key={place} className={step.by === 'start' ? 'first' : ''}>
          <span>{name(step)}</span>
          <b className={step.points < 0 ? 'worse' : step.points > 0 ? 'better' : 'quiet'}>
            {signedFigure(step.points)}
          </b>
          <span className="after">{figure(step.after)}</span>
        </li>
      ))}
      {steps.length === 0 && <li className="first">{t('evaluation.no_steps')}</li>}
    </ol>
  );
}
