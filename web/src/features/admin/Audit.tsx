import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { usersQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { AuditEntry, Page } from '../../api/types';
import { bounds } from '../../filter';
import { useFormat } from '../../ui/format';
import { PeriodPicker } from '../../ui/PeriodPicker';
import { Pick } from '../../ui/Pick';
import { Card, ConversationLink, Nothing, PageHead, Trouble, Waiting } from '../../ui/parts';
import { Table } from '../../ui/Table';
import { dayIn, useZone } from '../../ui/zone';
import './admin.css';

const PAGE = 100;

export function AuditPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/admin/audit' });
  const users = useQuery({ ...usersQuery, enabled: may('users.read') });
  const change = (next: Partial<typeof search>) =>
    void navigate({ to: '/admin/audit', search: { ...search, ...next }, replace: true });
  const request = { actor: search.actor, action: search.action, ...bounds(search, 'all', dayIn(useZone())) };
  const query = useInfiniteQuery({
    queryKey: ['audit', request],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<AuditEntry>>('/audit', { ...request, cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page">
      <PageHead title={t('nav.audit')}>
        <PeriodPicker value={search} standard="all" onChange={change} />
        <Pick
          single
          width={150}
          label={t('audit.actor')}
          value={search.actor}
          options={
            users.data?.items.map((user) => ({ value: user.id, label: `${user.display_name} ${user.name}` })) ?? []
          }
          onChange={(actor) => change({ actor })}
        />
        <Action value={search.action} onChange={(action) => change({ action })} />
      </PageHead>
      <Card>
        {query.error && !query.data ? (
          <Trouble error={query.error} again={() => void query.refetch()} />
        ) : !query.data ? (
          <Waiting rows={9} />
        ) : entries.length === 0 ? (
          <Nothing>{t('none')}</Nothing>
        ) : (
          <Table
            tall={false}
            heads={[
              { text: t('audit.sequence'), className: 'num' },
              t('column.at'),
              t('audit.actor'),
              t('audit.action'),
              t('audit.subject'),
              { text: t('audit.detail'), className: 'audit-detail' },
            ]}
          >
            {entries.map((entry) => (
              <tr key={entry.sequence}>
                <td className="num quiet">{entry.sequence}</td>
                <td className="nowrap">{format.second(entry.at)}</td>
                <td className="nowrap">{entry.actor?.name ?? <span className="none">–</span>}</td>
                <td className="nowrap">
                  <button
                    type="button"
                    className="text-button"
                    onClick={() => change({ action: entry.action })}
                    title={entry.action}
                  >
                    {t(`audit_action.${entry.action.replaceAll('.', '_')}`, { defaultValue: entry.action })}
                  </button>
                </td>
                <td className="nowrap">
                  <Subject entry={entry} />
                </td>
                <td className="audit-detail">
                  <Detail detail={entry.detail} />
                </td>
              </tr>
            ))}
          </Table>
        )}
        {query.hasNextPage && (
          <div className="more">
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('audit.more')}
            </Button>
          </div>
        )}
      </Card>
    </div>
  );
}

function Action({ value, onChange }: { value: string | undefined; onChange: (value: string | undefined) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  return (
    <Input
      className="search-input"
      aria-label={t('audit.action')}
      placeholder={t('audit.action_like')}
      allowClear
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        if (!event.target.value) onChange(undefined);
      }}
      onBlur={() => onChange(text.trim() || undefined)}
      onPressEnter={() => onChange(text.trim() || undefined)}
    />
  );
}

function Subject({ entry }: { entry: AuditEntry }) {
  if (!entry.subject) return <span className="none">–</span>;
  const short = (
    <code title={entry.subject}>
      {entry.subject.slice(0, 8)}…{entry.subject.slice(-4)}
    </code>
  );
  return entry.action.startsWith('conversation.') || entry.action.startsWith('recording.') ? (
    <ConversationLink id={entry.subject}>{short}</ConversationLink>
  ) : (
    short
  );
}

function Detail({ detail }: { detail: Record<string, unknown> }) {
  const { t } = useTranslation();
  const said = (value: unknown) =>
    typeof value === 'boolean'
      ? t(value ? 'yes' : 'no')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  const parts = Object.entries(detail);
  if (!parts.length) return null;
  return (
    <>
      {parts.map(([key, value]) => (
        <span key={key} className="detail-part">
          <span className="quiet">{t(`audit_detail.${key}`, { defaultValue: key })}</span> {said(value)}
        </span>
      ))}
    </>
  );
}
