import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { ownSessionsQuery } from '../../api/queries';
import { Card, errorText, Loaded, Moment, PageHead } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { Table } from '../../ui/Table';
import { toast } from '../../ui/toast';
import './admin.css';

/** Which browser on which system, as far as it says so. */
export function browserOf(agent: string | null): string {
  if (!agent) return '–';
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : null;
  const system = /Windows/.test(agent)
    ? 'Windows'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Android/.test(agent)
        ? 'Android'
        : /Mac OS/.test(agent)
          ? 'macOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : null;
  return browser ? [browser, system].filter(Boolean).join(' · ') : agent.slice(0, 60);
}

export function SessionsPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery(ownSessionsQuery);
  const end = useMutation({
    mutationFn: (id: string) => api.remove(`/sessions/${id}`),
    onError: (error) => toast.bad(errorText(t, error)),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <div className="page">
      <PageHead title={t('nav.sessions')} note={t('admin.sessions_about')} />
      <Card>
        <Loaded query={query} rows={3}>
          {(data) => (
            <Table heads={[t('admin.device'), t('admin.address'), t('admin.signed_in'), t('admin.last_seen'), '']}>
              {data.items.map((session) => (
                <tr key={session.id}>
                  <td title={session.agent ?? undefined} className="nowrap">
                    {browserOf(session.agent)}
                  </td>
                  <td>{session.address ?? '–'}</td>
                  <td className="nowrap">
                    <Moment at={session.created_at} />
                  </td>
                  <td className="nowrap">
                    <Moment at={session.last_seen_at} />
                  </td>
                  <td className="num">
                    {session.current ? (
                      <span className="tag praise">{t('admin.this_one')}</span>
                    ) : (
                      <Sure
                        question={t('admin.end_sure')}
                        action={t('admin.end')}
                        onSure={() => end.mutate(session.id)}
                        size="small"
                      />
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Loaded>
      </Card>
    </div>
  );
}
