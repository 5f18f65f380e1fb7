import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, rememberCsrf } from '../../api/client';
import { goToProvider, openidQuery } from '../../api/openid';
import { sessionQuery } from '../../api/queries';
import type { Session } from '../../api/types';
import { Switches } from '../../shell/Switches';
import { useFormat } from '../../ui/format';
import { Mark } from '../../ui/Icon';
import { errorText } from '../../ui/parts';
import './sign-in.css';

export function SignIn() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { next, problem } = useSearch({ from: '/sign-in' });
  const offer = useQuery(openidQuery);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ error: unknown; until?: number } | undefined>(
    problem ? { error: new ApiError(0, problem, '') } : undefined,
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with the language
  useEffect(() => {
    document.title = `${t('sign_in.title')} · ${t('brand')}`;
  }, [t, i18n.language]);

  const enter = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setRefused(undefined);
    try {
      const session = await api.post<Session>('/session', { name: name.trim(), password });
      rememberCsrf(session.csrf);
      client.setQueryData(sessionQuery.queryKey, session);
      // Only ever to a page of our own.
      const target = next?.startsWith('/') && !next.startsWith('//') ? next : '/';
      await navigate({ href: target, replace: true });
    } catch (error) {
      const after = error instanceof ApiError ? error.retryAfter : undefined;
      setRefused({ error, until: after ? Date.now() + after * 1000 : undefined });
      setBusy(false);
    }
  };

  const elsewhere = async () => {
    setBusy(true);
    setRefused(undefined);
    try {
      await goToProvider('begin', next ?? '/');
    } catch (error) {
      setRefused({ error });
      setBusy(false);
    }
  };

  const said = refused
    ? refused.error instanceof ApiError && refused.error.code === 'locked' && refused.until
      ? t('sign_in.locked_until', { time: format.minute(refused.until) })
      : errorText(t, refused.error)
    : null;

  return (
    <div className="sign-in">
      <div className="sign-in-top">
        <Switches />
      </div>
      <main className="sign-in-card">
        <div className="sign-in-brand">
          <Mark size={40} />
          <div>
            <h1>{t('brand')}</h1>
            <p>{t('sign_in.lead')}</p>
          </div>
        </div>
        <form onSubmit={enter}>
          <label htmlFor="name">{t('sign_in.name')}</label>
          <Input
            id="name"
            size="large"
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <label htmlFor="password">{t('sign_in.password')}</label>
          <Input.Password
            id="password"
            size="large"
            autoComplete="current-password"
            required
            value={password}
            status={refused ? 'error' : undefined}
            onChange={(event) => setPassword(event.target.value)}
          />
          <p className="sign-in-error" role="alert">
            {said}
          </p>
          <Button type="primary" size="large" block htmlType="submit" loading={busy}>
            {t('sign_in.enter')}
          </Button>
          {offer.data?.label && (
            <>
              <p className="sign-in-or">{t('sign_in.or')}</p>
              <Button size="large" block disabled={busy} onClick={() => void elsewhere()}>
                {format.title(offer.data.label, '')}
              </Button>
            </>
          )}
        </form>
      </main>
    </div>
  );
}
