import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import type { CardVersion } from '../../api/scorecards';
import { errorText } from '../../ui/parts';
import { toast } from '../../ui/toast';
import { cardPath } from './types';

/** Asks what changes and why; then calls are judged on the version. */
export function Publish({
  card,
  draft,
  version,
  onClose,
  onDone,
}: {
  card: string;
  /** The draft that is published, as it was read. */
  draft?: { revision: number; written_by: string | null; warnings: number };
  /** Or the earlier version that is published again. */
  version?: number;
  onClose: () => void;
  onDone?: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const publish = useMutation({
    mutationFn: () =>
      draft
        ? api.postMarked<CardVersion>(`${cardPath(card)}/publish`, { note }, `"${draft.revision}"`)
        : api.post<CardVersion>(`${cardPath(card)}/versions/${version}/publish`, { note }),
    onSuccess: (published) => {
      toast.good(t('scorecards.published', { n: published.number }));
      void client.invalidateQueries({ queryKey: ['scorecards'] });
      onClose();
      onDone?.();
    },
  });
  const { error } = publish;
  return (
    <Modal
      open
      title={draft ? t('scorecards.publish') : t('scorecards.publish_again', { n: version ?? 0 })}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={null}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          publish.mutate();
        }}
      >
        {draft?.written_by && <p>{t('scorecards.written_by_n', { name: draft.written_by })}</p>}
        <label htmlFor="publish-note">{t('scorecards.note_label')}</label>
        <Input.TextArea
          id="publish-note"
          required
          maxLength={500}
          rows={3}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <p className="quiet">{t('scorecards.publish_means')}</p>
        {draft && draft.warnings > 0 && <p className="quiet">{t('scorecards.with_warnings', { n: draft.warnings })}</p>}
        {error && (
          <div className="form-error" role="alert">
            {errorText(t, error)}
            {error instanceof ApiError && error.detail && <span className="quiet"> {error.detail}</span>}
          </div>
        )}
        <div className="form-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={publish.isPending} disabled={!note.trim()}>
            {t('scorecards.publish')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
