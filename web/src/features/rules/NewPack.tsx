import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { errorText } from '../../ui/parts';
import { packPath, packsQuery } from './pack/types';

/** A pack of the house's own begins as a draft. */
export function NewPack() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [id, setId] = useState('');
  const [title, setTitle] = useState('');
  const make = useMutation({
    mutationFn: () => {
      const head = `pack:\n  id: ${id}\n  title: ${JSON.stringify(title.trim())}\n  language: zh\n\nphrases:\n\nconditions:\n\nrules:\n`;
      return api.put(`${packPath(id)}/draft`, { files: [{ name: 'pack.yaml', text: head }] }, '"0"');
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: packsQuery.queryKey });
      void navigate({ to: '/rules/$pack', params: { pack: id } });
    },
  });
  return (
    <>
      <Button icon={<Icon name="plus" size={15} />} onClick={() => setOpen(true)}>
        {t('pack.new')}
      </Button>
      {open && (
        <Modal open title={t('pack.new')} onCancel={() => setOpen(false)} footer={null}>
          <form
            className="form"
            onSubmit={(event) => {
              event.preventDefault();
              make.mutate();
            }}
          >
            <label htmlFor="pack-title">{t('name')}</label>
            <Input
              id="pack-title"
              required
              maxLength={60}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
            <label htmlFor="pack-id">{t('pack.id')}</label>
            <Input
              id="pack-id"
              required
              maxLength={80}
              pattern="[a-z0-9][a-z0-9\-]*"
              placeholder="our-rules"
              value={id}
              onChange={(event) => setId(event.target.value)}
            />
            {make.error && (
              <div className="form-error" role="alert">
                {errorText(t, make.error)}
                {make.error instanceof ApiError && <span className="quiet"> {make.error.detail}</span>}
              </div>
            )}
            <div className="form-foot">
              <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
              <Button type="primary" htmlType="submit" loading={make.isPending} disabled={!id || !title.trim()}>
                {t('admin.create')}
              </Button>
            </div>
          </form>
        </Modal>
      )}
    </>
  );
}

/** What is being written, by whom. */
export function Drafts() {
  const { t } = useTranslation();
  const format = useFormat();
  const packs = useQuery(packsQuery);
  const drafts = packs.data?.items.filter((pack) => pack.draft) ?? [];
  if (!drafts.length) return null;
  return (
    <p className="drafts">
      {t('pack.drafts')}
      {drafts.map((pack) => (
        <Link key={pack.id} to="/rules/$pack" params={{ pack: pack.id }}>
          {format.title(pack.title, pack.id)}
          <span className="quiet">
            {' '}
            {pack.draft!.written_by} {format.minute(pack.draft!.written_at)}
          </span>
        </Link>
      ))}
    </p>
  );
}
