import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CoachedCall, Coaching } from '../../api/coaching';
import { figure, useFormat } from '../../ui/format';
import { Table } from '../../ui/Table';

/** How the items of the sheet were judged then, and afterwards: numbers as they were given. */
export function Figures({ sheet }: { sheet: Coaching }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { cause, follow_ups, notes } = sheet;
  const calls = [...(cause ? [cause] : []), ...follow_ups];
  if (!calls.length) return null;
  const titleOf = (id: string) =>
    format.title(calls.flatMap((call) => call.items).find((item) => item.id === id)?.title, id);
  return (
    <section className="coaching-part coaching-figures" aria-label={t('coaching.figures')}>
      <h3>{t('coaching.figures')}</h3>
      <Table
        heads={[
          t('coaching.item'),
          ...calls.map((call) => (
            <Link key={call.evaluation} to="/evaluations/$id" params={{ id: call.evaluation }} preload={false}>
              {call === cause ? t('coaching.before') : t('coaching.after', { n: follow_ups.indexOf(call) + 1 })}
            </Link>
          )),
        ]}
      >
        <tr>
          <td>{t('coaching.listened_at')}</td>
          {calls.map((call) => (
            <td key={call.evaluation} className="nowrap">
              {format.minute(call.listened_at)}
              {call.stage === 'changed' && <small>{t('evaluation.stages.changed')}</small>}
            </td>
          ))}
        </tr>
        {notes.items.map((id) => (
          <tr key={id}>
            <td>{titleOf(id)}</td>
            {calls.map((call) => (
              <td key={call.evaluation}>
                <Score call={call} item={id} />
              </td>
            ))}
          </tr>
        ))}
        <tr>
          <td>{t('evaluation.total')}</td>
          {calls.map((call) => (
            <td key={call.evaluation}>{figure(call.total)}</td>
          ))}
        </tr>
      </Table>
    </section>
  );
}

function Score({ call, item }: { call: CoachedCall; item: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = call.items.find((one) => one.id === item);
  if (found?.not_applicable) return <>{t('evaluation.not_applicable')}</>;
  if (!found?.answer) return <span className="none">–</span>;
  return (
    <>
      {format.title(found.answer, item)}
      {found.points > 0 && found.earned !== null && (
        <small>{t('evaluation.earned', { earned: found.earned, possible: found.points })}</small>
      )}
    </>
  );
}
