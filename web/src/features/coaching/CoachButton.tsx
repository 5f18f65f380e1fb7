import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import type { Coaching } from '../../api/coaching';
import type { Evaluation } from '../../api/evaluations';
import { usePermission } from '../../api/session';
import { useFormat } from '../../ui/format';
import { Trouble } from '../../ui/parts';

/** Items that were not done at all: what one would coach first. */
function failed({ form, answers }: Evaluation): string[] {
  const items = form.sections.flatMap((section) => section.items);
  return items
    .filter(({ id, options }) => {
      const { choice, suggestion } = answers[id] ?? {};
      const chosen = typeof choice === 'object' && choice ? choice.option : choice ? null : suggestion?.option;
      return options.some((option) => option.id === chosen && option.share === 0);
    })
    .map((item) => item.id);
}

/** The way from a result to a coaching sheet, for those who coach. */
export function CoachButton({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  if (!may('coaching.write') || !evaluation.sent_at || !evaluation.agent) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('coaching.begin')}</Button>
      {open && <Begin evaluation={evaluation} onClose={() => setOpen(false)} />}
    </>
  );
}

function Begin({ evaluation, onClose }: { evaluation: Evaluation; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const [items, setItems] = useState(() => failed(evaluation));
  const begin = useMutation({
    mutationFn: () => api.post<Coaching>('/coaching', { evaluation: evaluation.id, items }),
    onSuccess: ({ id }) => navigate({ to: '/coaching/$id', params: { id } }),
  });
  const options = evaluation.form.sections.flatMap((section) => section.items);
  return (
    <Modal
      open
      title={t('coaching.begin')}
      okText={t('coaching.start')}
      cancelText={t('cancel')}
      confirmLoading={begin.isPending}
      onOk={() => begin.mutate()}
      onCancel={onClose}
    >
      <div className="coaching-part">
        <label htmlFor="coaching-items">{t('coaching.items')}</label>
        <Select
          id="coaching-items"
          mode="multiple"
          value={items}
          options={options.map((item) => ({ value: item.id, label: format.title(item.title, item.id) }))}
          showSearch={{ optionFilterProp: 'label' }}
          onChange={setItems}
        />
        <p className="quiet">{t('coaching.items_hint')}</p>
      </div>
      {begin.error && <Trouble error={begin.error} />}
    </Modal>
  );
}
