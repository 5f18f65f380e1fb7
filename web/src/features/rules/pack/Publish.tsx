import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../../api/client';
import { useFormat } from '../../../ui/format';
import { errorText } from '../../../ui/parts';
import { toast } from '../../../ui/toast';
import { type File, packPath, type Sample, type Version } from './types';

/** Asks what changes and whom it concerns; then the version counts. */
export function Publish({
  pack,
  draft,
  version,
  onClose,
  onDone,
}: {
  pack: string;
  /** The draft that is published, as it was read. */
  draft?: { revision: number; files: File[]; written_by: string | null };
  /** Or the earlier version that is published again. */
  version?: number;
  onClose: () => void;
  onDone?: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [again, setAgain] = useState(false);
  // A few calls are judged to tell how long all would take.
  const measured = useQuery({
    queryKey: ['rules', 'packs', pack, 'measured', draft?.revision, version],
    queryFn: async () => {
      const files = draft?.files ?? (await api.get<{ files: File[] }>(`${packPath(pack)}/versions/${version}`)).files;
      return api.post<Sample>(`${packPath(pack)}/sample`, { files, calls: 20 });
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const publish = useMutation({
    mutationFn: () =>
      draft
        ? api.postMarked<Version>(`${packPath(pack)}/draft/publish`, { note, again }, `"${draft.revision}"`)
        : api.post<Version>(`${packPath(pack)}/versions/${version}/publish`, { note, again }),
    onSuccess: (published) => {
      toast.good(t('pack.published', { n: published.number }));
      void client.invalidateQueries({ queryKey: ['rules'] });
      onClose();
      onDone?.();
    },
  });
  const { error } = publish;
  return (
    <Modal
      open
      title={draft ? t('pack.publish') : t('pack.publish_again', { n: version ?? 0 })}
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
        {draft?.written_by && <p>{t('pack.written_by_n', { name: draft.written_by })}</p>}
        <label htmlFor="publish-note">{t('pack.note_label')}</label>
        <Input.TextArea
          id="publish-note"
          required
          maxLength={500}
          rows={3}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <span className="form-label" id="publish-again">
          {t('pack.whom')}
        </span>
        <Radio.Group
          aria-labelledby="publish-again"
          className="publish-choice"
          value={again}
          onChange={(event) => setAgain(event.target.value as boolean)}
        >
          <Radio value={false}>{t('pack.from_now_on')}</Radio>
          <Radio value={true}>{t('pack.all_again')}</Radio>
        </Radio.Group>
        <p className="quiet">
          {measured.data
            ? again
              ? t('pack.all_again_takes', {
                  n: format.count(measured.data.all),
                  time: format.span(Math.max(1000, measured.data.all_ms)),
                })
              : t('pack.from_now_on_means')
            : measured.error
              ? t('pack.not_measured')
              : t('pack.measuring')}
        </p>
        {error && (
          <div className="form-error" role="alert">
            {errorText(t, error)}
            {error instanceof ApiError && error.detail && <span className="quiet"> {error.detail}</span>}
          </div>
        )}
        <div className="form-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={publish.isPending} disabled={!note.trim()}>
            {t('pack.publish')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
