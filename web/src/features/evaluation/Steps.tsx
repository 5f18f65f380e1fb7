import { useTranslation } from 'react-i18next';
import type { Evaluation } from '../../api/evaluations';
import { useFormat } from '../../ui/format';
import { Moment } from '../../ui/parts';
import type { Listening } from '../conversation/listening';
import { Moments } from './Moments';

/** What was done to it: by whom, when and why. */
export function Steps({ evaluation, listening }: { evaluation: Evaluation; listening: Listening }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { steps, form } = evaluation;
  if (!steps.length) return null;
  const items = form.sections.flatMap((section) => section.items);
  return (
    <section className="taken" aria-label={t('evaluation.steps')}>
      <h3>{t('evaluation.steps')}</h3>
      <ol>
        {steps.map((step, place) => (
          <li key={place}>
            <p className="taken-head">
              <b>{t(`evaluation.act.${step.kind}`)}</b> <span>{step.by?.name ?? t('evaluation.by_itself')}</span>{' '}
              <span className="quiet">
                <Moment at={step.at} />
                {step.appeal_until && ` · ${t('evaluation.appeal_until', { time: format.minute(step.appeal_until) })}`}
              </span>
            </p>
            {step.reason && <p className="item-comment">{step.reason}</p>}
            {step.items && step.items.length > 0 && (
              <p className="quiet">
                {step.items.map((id) => format.title(items.find((item) => item.id === id)?.title, id)).join(t('comma'))}
              </p>
            )}
            <Moments moments={step.evidence ?? []} listening={listening} label={t('evaluation.evidence')} />
          </li>
        ))}
      </ol>
    </section>
  );
}
