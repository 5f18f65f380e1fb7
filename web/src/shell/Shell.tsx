import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client';
import { useEvents, useLive } from '../api/live';
import { sessionQuery } from '../api/queries';
import { useOwnResults, usePermission } from '../api/session';
import { Icon, type IconName, Mark } from '../ui/Icon';
import { useKept } from '../ui/kept';
import { errorText } from '../ui/parts';
import { toast } from '../ui/toast';
import { usePhone } from '../ui/useMedia';
import { Switches } from './Switches';
import './shell.css';

/** What one comes to by the navigation; `needs` any of these permissions, none where it is everybody's; `mine` is its word where it holds only what is one's own. */
type Entry = { to: string; icon: IconName; word: string; needs?: string[]; mine?: string };
const GROUPS: { word: string; entries: Entry[] }[] = [
  {
    word: 'quality',
    entries: [
      { to: '/', icon: 'overview', word: 'overview', needs: ['overview.read'] },
      { to: '/conversations', icon: 'conversations', word: 'conversations', needs: ['conversations.list'] },
      { to: '/evaluations', icon: 'evaluations', word: 'evaluations', needs: ['evaluations.read'], mine: 'results' },
      { to: '/coaching', icon: 'note', word: 'coaching', needs: ['coaching.read'], mine: 'my_coaching' },
      { to: '/work-list', icon: 'list', word: 'work_list', needs: ['evaluations.write'] },
      { to: '/draws', icon: 'draws', word: 'draws', needs: ['sampling.read'] },
      { to: '/results', icon: 'results', word: 'desk_results', needs: ['evaluations.write', 'evaluations.decide'] },
      { to: '/agreement', icon: 'compare', word: 'agreement', needs: ['agreement.read'] },
      { to: '/rules', icon: 'rules', word: 'rules', needs: ['rules.read'] },
      { to: '/scorecards', icon: 'scorecards', word: 'scorecards', needs: ['rules.read'] },
      { to: '/work', icon: 'work', word: 'work', needs: ['work.read'] },
      { to: '/intake', icon: 'upload', word: 'intake', needs: ['conversations.import'] },
    ],
  },
  {
    word: 'admin',
    entries: [
      { to: '/admin/users', icon: 'users', word: 'users', needs: ['users.read'] },
      { to: '/admin/places', icon: 'places', word: 'places', needs: ['projects.read', 'teams.read'] },
      { to: '/admin/webhooks', icon: 'webhooks', word: 'webhooks', needs: ['webhooks.edit'] },
      { to: '/admin/audit', icon: 'audit', word: 'audit', needs: ['audit.read'] },
    ],
  },
  {
    word: 'own',
    entries: [
      { to: '/account', icon: 'lock', word: 'account' },
      { to: '/admin/sessions', icon: 'sessions', word: 'sessions', needs: ['sessions.own'] },
      { to: '/admin/tokens', icon: 'tokens', word: 'tokens', needs: ['tokens.own'] },
    ],
  },
];

function useWord(): (entry: Entry) => string {
  const own = useOwnResults();
  return ({ word, mine }) => (own && mine) || word;
}

function Navigation({ folded, onGo }: { folded?: boolean; onGo?: () => void }) {
  const { t } = useTranslation();
  const may = usePermission();
  const wordOf = useWord();
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      {GROUPS.map(({ word, entries }) => {
        const shown = entries.filter((entry) => entry.needs?.some(may) ?? true);
        if (!shown.length) return null;
        return (
          <div key={word} className="nav-group">
            <p className="nav-title">{folded ? '' : t(`nav.group.${word}`)}</p>
            {shown.map((entry) => (
              <Link
                key={entry.to}
                to={entry.to}
                className="nav-entry"
                activeProps={{ className: 'nav-entry active' }}
                activeOptions={{ exact: entry.to === '/', includeSearch: false }}
                onClick={onGo}
                title={folded ? t(`nav.${wordOf(entry)}`) : undefined}
                aria-label={folded ? t(`nav.${wordOf(entry)}`) : undefined}
              >
                <Icon name={entry.icon} size={18} />
                {!folded && <span>{t(`nav.${wordOf(entry)}`)}</span>}
              </Link>
            ))}
          </div>
        );
      })}
    </nav>
  );
}

function Person({ folded }: { folded?: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !holder.current?.contains(event.target as Node))
        setOpen(false);
    };
    addEventListener('pointerdown', away);
    addEventListener('keydown', away);
    return () => {
      removeEventListener('pointerdown', away);
      removeEventListener('keydown', away);
    };
  }, [open]);
  const { data: session } = useQuery(sessionQuery);
  if (!session) return null;
  const { user } = session;
  const posts = user.posts.map((post) => t(`posts.${post}`, { defaultValue: post })).join(t('comma'));
  const leave = async () => {
    try {
      await api.remove('/session');
      await navigate({ to: '/sign-in' });
      client.clear();
    } catch (error) {
      toast.bad(errorText(t, error));
    }
  };
  return (
    <div className="person-holder" ref={holder}>
      {open && (
        <div className="person-menu">
          <p>
            <b>{user.name}</b>
          </p>
          <p className="quiet">{posts}</p>
          <p className="quiet">
            {t('brand')} {session.version}
          </p>
          <Button icon={<Icon name="leave" size={15} />} onClick={() => void leave()}>
            {t('leave')}
          </Button>
        </div>
      )}
      <button
        type="button"
        className="person"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        aria-label={folded ? user.display_name : undefined}
        title={t('nav.person', { name: user.display_name })}
      >
        <span className="face" aria-hidden="true">
          {Array.from(user.display_name)[0]}
        </span>
        {!folded && (
          <span className="person-name">
            <b>{user.display_name}</b>
            <small>{posts}</small>
          </span>
        )}
      </button>
    </div>
  );
}

export function Shell() {
  const { t, i18n } = useTranslation();
  const phone = usePhone();
  const client = useQueryClient();
  const [folded, setFolded] = useKept('lingjian.folded', false);
  const drawer = useRef<HTMLDialogElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { open: live } = useLive();
  const wordOf = useWord();
  useEvents(client);

  const entry = GROUPS.flatMap((group) => group.entries).find((one) =>
    one.to === '/' ? path === '/' : `${path}/`.startsWith(`${one.to}/`),
  );
  const named = entry && wordOf(entry);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with the language
  useEffect(() => {
    document.title = named ? `${t(`nav.${named}`)} · ${t('brand')}` : t('brand');
  }, [named, t, i18n.language]);

  return (
    <div className={`shell ${phone ? 'phone' : ''} ${folded ? 'folded' : ''}`}>
      <a className="skip" href="#main">
        {t('nav.skip')}
      </a>
      {phone ? (
        <>
          <header className="bar">
            <button
              type="button"
              className="icon-button"
              aria-label={t('nav.open')}
              onClick={() => drawer.current?.showModal()}
            >
              <Icon name="menu" size={20} />
            </button>
            <Mark size={20} />
            <b>{entry ? t(`nav.${wordOf(entry)}`) : t('brand')}</b>
            <Switches />
          </header>
          <dialog
            ref={drawer}
            className="drawer"
            aria-label={t('nav.label')}
            onClick={(event) => event.target === drawer.current && drawer.current.close()}
            onKeyDown={(event) => event.key === 'Escape' && drawer.current?.close()}
          >
            <div className="drawer-body">
              <div className="brand">
                <Mark />
                <b>{t('brand')}</b>
              </div>
              <Navigation onGo={() => drawer.current?.close()} />
              <Person />
            </div>
          </dialog>
        </>
      ) : (
        <aside className="side">
          <div className="brand">
            <Mark />
            {!folded && (
              <>
                <b>{t('brand')}</b>
                <span className={`live ${live ? 'on' : ''}`} title={t(live ? 'live.on' : 'live.off')} />
              </>
            )}
          </div>
          <Navigation folded={folded} />
          <div className="side-foot">
            <div className="side-switches">
              <Switches column={folded} />
              <button
                type="button"
                className="icon-button"
                aria-label={t(folded ? 'nav.unfold' : 'nav.fold')}
                title={t(folded ? 'nav.unfold' : 'nav.fold')}
                onClick={() => setFolded(!folded)}
              >
                <Icon name="fold" style={folded ? { transform: 'scaleX(-1)' } : undefined} />
              </button>
            </div>
            <Person folded={folded} />
          </div>
        </aside>
      )}
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
