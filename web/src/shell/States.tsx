import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Trouble, Waiting } from '../ui/parts';

export function Pending() {
  return (
    <div className="page">
      <Waiting rows={7} />
    </div>
  );
}

export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <div className="page">
      <Trouble error={error} again={reset} />
    </div>
  );
}

export function NotThere() {
  const { t } = useTranslation();
  return (
    <div className="page nothing">
      <p>{t('errors.not_found')}</p>
      <Link to="/">{t('nav.overview')}</Link>
    </div>
  );
}
