import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { goToProvider, identitiesQuery, openidQuery } from '../../api/openid';
import { sessionQuery } from '../../api/queries';
import type { Title } from '../../api/types';
import { useFormat } from '../../ui/format';
import { Card, Detail, errorText, Loaded, Moment, PageHead } from '../../ui/parts';
import { toast } from '../../ui/toast';
import { Part } from './Part';
import '../admin/admin.css';
import './account.css';

/** One's own account: who one is here, the password, and who one is where the house's people sign in anyway. */
export function AccountPage() {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const offer = useQuery(openidQuery);
  if (!session) return null;
  const { user } = session;
  return (
    <div className="page account">
      <PageHead title={t('nav.account')} />
      <Card>
        <dl className="account-facts">
          <dt>{t('admin.display_name')}</dt>
          <dd>{user.display_name}</dd>
          <dt>{t('sign_in.name')}</dt>
          <dd>{user.name}</dd>
          <dt>{t('admin.posts')}</dt>
          <dd>
            {user.posts.map((post) => (
              <span key={post} className="tag plain">
                {t(`posts.${post}`, { defaultValue: post })}
              </span>
            ))}
            {user.posts.length === 0 && t('account.no_posts')}
          </dd>
        </dl>
      </Card>
      {offer.data?.label && <Identities user={user.id} label={offer.data.label} />}
      <Password />
    </div>
  );
}

function Identities({ user, label }: { user: string; label: Title }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { problem } = useSearch({ from: '/shell/account' });
  const query = useQuery(identitiesQuery(user));
  const join = useMutation({ mutationFn: () => goToProvider('join', '/account') });
  const wrong = join.error ?? (problem ? new ApiError(0, problem, '') : null);
  const name = format.title(label, '');
  return (
    <Card title={name}>
      <Loaded query={query} rows={1}>
        {({ items }) => (
          <div className="account-line">
            {items.length === 0 ? (
              <>
                <p className="quiet">{t('account.not_joined', { name })}</p>
                <Button loading={join.isPending} onClick={() => join.mutate()}>
                  {t('account.join')}
                </Button>
              </>
            ) : (
              <>
                <ul>
                  {items.map(({ issuer, subject, since }) => (
                    <li key={issuer + subject}>
                      {t('account.joined')} <span className="quiet">{issuer}</span> <Moment at={since} />
                    </li>
                  ))}
                </ul>
                <Part user={user} />
              </>
            )}
          </div>
        )}
      </Loaded>
      {wrong && (
        <p className="form-error" role="alert">
          {errorText(t, wrong)}
        </p>
      )}
    </Card>
  );
}

function Password() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => api.post('/session/password', { old, new: fresh }),
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      client.clear();
      toast.good(t('account.changed'));
    },
  });
  const differs = again !== '' && again !== fresh;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Card title={t('account.password')}>
      <form className="form account-form" onSubmit={submit}>
        <p className="quiet">{t('account.password_about')}</p>
        <label htmlFor="old">{t('account.old')}</label>
        <Input.Password
          id="old"
          required
          autoComplete="current-password"
          value={old}
          status={change.error instanceof ApiError && change.error.code === 'wrong_credentials' ? 'error' : undefined}
          onChange={(event) => setOld(event.target.value)}
        />
        <label htmlFor="fresh">{t('account.fresh')}</label>
        <Input.Password
          id="fresh"
          required
          minLength={10}
          autoComplete="new-password"
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
        />
        <label htmlFor="again">{t('account.again')}</label>
        <Input.Password
          id="again"
          required
          autoComplete="new-password"
          value={again}
          status={differs ? 'error' : undefined}
          onChange={(event) => setAgain(event.target.value)}
        />
        {(differs || change.error) && (
          <div className="form-error" role="alert">
            {differs ? t('account.differs') : errorText(t, change.error)}
            <Detail error={change.error} />
          </div>
        )}
        <div className="form-foot">
          <Button
            type="primary"
            htmlType="submit"
            loading={change.isPending}
            disabled={!old || fresh.length < 10 || again !== fresh}
          >
            {t('account.change')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
