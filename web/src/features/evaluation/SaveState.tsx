import { useTranslation } from 'react-i18next';
import { Detail, errorText } from '../../ui/parts';
import type { Saving } from './saver';

/** Whether what was written is kept, and why where it is not. */
export function SaveState({ saving }: { saving: Saving }) {
  const { t } = useTranslation();
  if (saving.kind === 'failed') {
    return (
      <span className="save-state save-failed" role="alert">
        {t('evaluation.saving.failed')}
        {t('colon')}
        {errorText(t, saving.error)}
        <Detail error={saving.error} />
      </span>
    );
  }
  return (
    <span className={`save-state save-${saving.kind}`} role="status">
      {t(`evaluation.saving.${saving.kind}`)}
    </span>
  );
}
