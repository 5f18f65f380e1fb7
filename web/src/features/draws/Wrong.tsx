import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Laid } from '../../api/draws';
import { Loaded, Trouble } from '../../ui/parts';
import { wrongOf } from './wrong-plan';
import './draws.css';

/** Why a plan cannot be laid, in plain words where it is one of the usual reasons. */
export function Wrong({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation();
  const wrong = wrongOf(error);
  if (!wrong) return <Trouble error={error} again={again} />;
  const { why, ...numbers } = wrong;
  return (
    <div className="trouble" role="alert">
      <b>{t(`draws.wrong.${why}`, numbers)}</b>
    </div>
  );
}

/** What a plan comes to, or why it comes to nothing. */
export function Preview({
  query,
  children,
}: {
  query: { data: Laid | undefined; error: unknown; refetch: () => unknown };
  children: (laid: Laid) => ReactNode;
}) {
  if (query.error) return <Wrong error={query.error} again={() => void query.refetch()} />;
  return (
    <Loaded query={query} rows={6}>
      {children}
    </Loaded>
  );
}
