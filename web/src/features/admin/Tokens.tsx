import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Input, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { sessionQuery, tokensQuery } from '../../api/queries';
import type { Token } from '../../api/types';
import { Icon } from '../../ui/Icon';
import { Card, Detail, errorText, Loaded, Moment, PageHead } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { Table } from '../../ui/Table';
import { toast } from '../../ui/toast';
import { Secret } from './Secret';
import './admin.css';

export function TokensPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery(tokensQuery);
  const [making, setMaking] = useState(false);
  const [once, setOnce] = useState<{ name: string; token: string } | null>(null);
  const remove = useMutation({
    mutationFn: (id: string) => api.remove(`/tokens/${id}`),
    onError: (error) => toast.bad(errorText(t, error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  const over = (token: Token) => token.expires_at !== null && Date.parse(token.expires_at) < Date.now();
  return (
    <div className="page">
      <PageHead title={t('nav.tokens')} note={t('admin.tokens_about')}>
        <Button type="primary" icon={<Icon name="plus" size={15} />} onClick={() => setMaking(true)}>
          {t('admin.new_token')}
        </Button>
      </PageHead>
      <Card>
        <Loaded query={query} rows={3} empty={query.data?.items?.length === 0 && t('admin.no_tokens')}>
          {(data) => (
            <Table
              heads={[t('name'), t('admin.permissions'), t('admin.made'), t('admin.last_used'), t('admin.expires'), '']}
            >
              {data.items.map((token) => (
                <tr key={token.id} className={over(token) ? 'off' : ''}>
                  <td>
                    <b>{token.name}</b>
                  </td>
                  <td>
                    {token.permissions.map((permission) => (
                      <span key={permission} className="tag plain" title={permission}>
                        {t(`permissions.${permission.replace('.', '_')}`, { defaultValue: permission })}
                      </span>
                    ))}
                  </td>
                  <td className="nowrap">
                    <Moment at={token.created_at} />
                  </td>
                  <td className="nowrap">
                    {token.last_used_at ? <Moment at={token.last_used_at} /> : t('admin.never')}
                  </td>
                  <td className="nowrap">{token.expires_at ? <Moment at={token.expires_at} /> : t('admin.no_end')}</td>
                  <td className="num">
                    <Sure
                      question={t('admin.delete_token_sure', { name: token.name })}
                      action={t('delete')}
                      onSure={() => remove.mutate(token.id)}
                      size="small"
                      aria-label={`${t('delete')} ${token.name}`}
                    />
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Loaded>
      </Card>
      {making && (
        <Maker
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            setOnce(made);
            void client.invalidateQueries({ queryKey: ['tokens'] });
          }}
        />
      )}
      {once && (
        <Secret
          title={t('admin.token_made', { name: once.name })}
          about={t('admin.token_once')}
          secret={once.token}
          onClose={() => setOnce(null)}
        />
      )}
    </div>
  );
}

function Maker({ onClose, onMade }: { onClose: () => void; onMade: (made: { name: string; token: string }) => void }) {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<string[]>([]);
  const [until, setUntil] = useState<dayjs.Dayjs | null>(dayjs().add(90, 'day'));
  const make = useMutation({
    mutationFn: () =>
      api.post<Token & { token: string }>('/tokens', {
        name: name.trim(),
        permissions,
        expires_at: until ? until.endOf('day').format() : null,
      }),
    onSuccess: (made) => onMade({ name: made.name, token: made.token }),
  });
  return (
    <Modal open title={t('admin.new_token')} onCancel={onClose} mask={{ closable: false }} footer={null}>
      <form
        className="form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <label htmlFor="token-name">{t('name')}</label>
        <Input id="token-name" required maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        <label htmlFor="token-permissions">{t('admin.permissions')}</label>
        <Select
          id="token-permissions"
          mode="multiple"
          value={permissions}
          showSearch={{ optionFilterProp: 'label' }}
          options={session?.permissions.map((permission) => ({
            value: permission,
            label: t(`permissions.${permission.replace('.', '_')}`, { defaultValue: permission }),
          }))}
          onChange={setPermissions}
        />
        <label htmlFor="token-until">{t('admin.expires')}</label>
        <DatePicker
          id="token-until"
          value={until}
          placeholder={t('admin.no_end')}
          minDate={dayjs()}
          onChange={(day) => setUntil(day ?? null)}
        />
        {make.error && (
          <div className="form-error" role="alert">
            {errorText(t, make.error)}
            <Detail error={make.error} />
          </div>
        )}
        <div className="form-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="primary"
            htmlType="submit"
            loading={make.isPending}
            disabled={!name.trim() || !permissions.length}
          >
            {t('admin.create')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
