import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../../api/queries';
import { usePermission } from '../../api/session';
import type { Pack, Rule } from '../../api/types';
import { listed } from '../../filter';
import { Explanation } from '../../ui/Explanation';
import { betters, DIMENSIONS, signed, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { Pick } from '../../ui/Pick';
import { Card, Nothing, PageHead, SeverityTag, Trouble, Waiting } from '../../ui/parts';
import { SearchInput } from '../../ui/SearchInput';
import { Drafts, NewPack } from './NewPack';
import './rules.css';

const SEVERITIES = ['fatal', 'major', 'minor', 'info'];

export function RulesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/rules' });
  const may = usePermission();
  const query = useQuery(rulesQuery);
  const change = (next: Partial<typeof search>) =>
    void navigate({ to: '/rules', search: { ...search, ...next }, replace: true, resetScroll: false });
  const packs = useMemo(() => {
    const wanted = search.q?.trim().toLowerCase();
    const severities = listed(search.severity);
    const dimensions = listed(search.dimension);
    return (query.data?.packs ?? [])
      .filter((pack) => !search.pack || pack.id === search.pack)
      .map((pack) => ({
        ...pack,
        shown: pack.rules.filter(
          (rule) =>
            (!severities.length || severities.includes(rule.severity)) &&
            (!dimensions.length || dimensions.includes(rule.dimension)) &&
            (!wanted ||
              [rule.id, ...Object.values(rule.title), ...Object.values(rule.about)].some((text) =>
                text?.toLowerCase().includes(wanted),
              )),
        ),
      }))
      .filter((pack) => pack.shown.length > 0);
  }, [query.data, search.q, search.pack, search.severity, search.dimension]);
  const all = query.data?.packs.reduce((sum, pack) => sum + pack.rules.length, 0) ?? 0;
  return (
    <div className="page">
      <PageHead
        title={t('nav.rules')}
        note={query.data && t('rules.count', { packs: query.data.packs.length, rules: all })}
      >
        <SearchInput label={t('rules.search')} value={search.q} onText={(q) => change({ q: q || undefined })} />
        <Pick
          single
          width={150}
          label={t('rules.pack')}
          value={search.pack}
          options={
            query.data?.packs.map((pack) => ({ value: pack.id, label: format.title(pack.title, pack.id) })) ?? []
          }
          onChange={(pack) => change({ pack })}
        />
        <Pick
          label={t('rules.severity')}
          value={search.severity}
          options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
          onChange={(severity) => change({ severity })}
        />
        <Pick
          label={t('rules.dimension')}
          value={search.dimension}
          options={DIMENSIONS.map((value) => ({ value, label: t(`dimension.${value}`) }))}
          onChange={(dimension) => change({ dimension })}
        />
        {may('rules.edit') && <NewPack />}
      </PageHead>
      <Drafts />
      {query.error && !query.data ? (
        <Trouble error={query.error} again={() => void query.refetch()} />
      ) : !query.data ? (
        <Card>
          <Waiting rows={9} />
        </Card>
      ) : packs.length === 0 ? (
        <Card>
          <Nothing>{t('rules.nothing')}</Nothing>
        </Card>
      ) : (
        packs.map((pack) => (
          <PackCard
            key={pack.id}
            pack={pack}
            shown={pack.shown}
            open={search.rule}
            onOpen={(rule) => change({ rule })}
          />
        ))
      )}
    </div>
  );
}

function PackCard({
  pack,
  shown,
  open,
  onOpen,
}: {
  pack: Pack;
  shown: Rule[];
  open: string | undefined;
  onOpen: (rule: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  return (
    <Card
      className="pack"
      title={
        <>
          {format.title(pack.title, pack.id)} <span className="quiet count">{format.count(shown.length)}</span>
        </>
      }
      extra={
        <>
          {t(`language.${pack.language}`, { defaultValue: pack.language })} ·{' '}
          <code title={pack.version}>{pack.version.replace(/^sha256:/, '').slice(0, 12)}</code> ·{' '}
          <Link className="in-text" to="/rules/$pack" params={{ pack: pack.id }}>
            {t(may('rules.edit') ? 'pack.edit' : 'pack.open')}
          </Link>
        </>
      }
    >
      <ul className="rule-list">
        {shown.map((rule) => (
          <RuleRow key={rule.id} rule={rule} open={open === rule.id} onOpen={onOpen} />
        ))}
      </ul>
    </Card>
  );
}

function RuleRow({ rule, open, onOpen }: { rule: Rule; open: boolean; onOpen: (rule: string | undefined) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = usePermission();
  const item = useRef<HTMLLIElement>(null);
  const came = useRef(open);
  useEffect(() => {
    if (came.current) item.current?.scrollIntoView({ block: 'start' });
  }, []);
  const praise = betters(rule.dimension, rule.points);
  return (
    <li ref={item} className={open ? 'open' : ''}>
      <div className="rule-row">
        <button type="button" aria-expanded={open} onClick={() => onOpen(open ? undefined : rule.id)}>
          <Icon name={open ? 'down' : 'right'} size={14} />
          <span className="rule-text">
            <b>{format.title(rule.title, rule.id)}</b>
            <span className="quiet">{format.title(rule.about)}</span>
          </span>
        </button>
        <SeverityTag severity={rule.severity} praise={praise} />
        <span className={`rule-points ${rule.dimension}`}>
          {t(`dimension.${rule.dimension}`)} <b className={praise ? 'better' : ''}>{signed(rule.points)}</b>
        </span>
        {may('conversations.list') && (
          <Link
            to="/conversations"
            search={{ rule: rule.id }}
            aria-label={`${format.title(rule.title, rule.id)} ${t('rules.conversations')}`}
          >
            {t('rules.conversations')}
          </Link>
        )}
      </div>
      {open && (
        <div className="rule-more">
          <Explanation rule={rule.id} />
          <p className="quiet">
            <code>{rule.id}</code> · <code>{rule.digest.replace(/^sha256:/, '').slice(0, 16)}</code>
          </p>
        </div>
      )}
    </li>
  );
}
