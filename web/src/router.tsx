import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiError } from './api/client';
import { sessionQuery } from './api/queries';
import { type Choice, choose, FILTER_KEYS, OVERVIEW_KEYS } from './filter';
import { Broken, NotThere, Pending } from './shell/States';

function signedOut(error: Error): void {
  if (!(error instanceof ApiError) || error.code !== 'signed_out') return;
  if (router.state.location.pathname === '/sign-in') return;
  const next = router.state.location.href;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { next }, replace: true });
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signedOut }),
  mutationCache: new MutationCache({ onError: signedOut }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (times, error) => times < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
      refetchOnWindowFocus: false,
    },
  },
});

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotThere,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string; problem?: string } => choose(search, ['next', 'problem']),
  component: lazyRouteComponent(() => import('./features/sign-in/SignIn'), 'SignIn'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
      }
      throw error;
    }
  },
  component: lazyRouteComponent(() => import('./shell/Shell'), 'Shell'),
});

const FIRST = [
  ['overview.read', '/'],
  ['conversations.list', '/conversations'],
  ['evaluations.read', '/evaluations'],
  ['work.read', '/work'],
  ['users.read', '/admin/users'],
  ['sessions.own', '/admin/sessions'],
] as const;

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: (search): Choice => choose(search, OVERVIEW_KEYS),
  // Who may not read the overview begins with what they may.
  beforeLoad: ({ context }) => {
    const permissions = context.queryClient.getQueryData(sessionQuery.queryKey)?.permissions ?? [];
    const first = FIRST.find(([permission]) => permissions.includes(permission));
    if (first?.[0] !== 'overview.read') throw redirect({ to: first?.[1] ?? '/account' });
  },
  component: lazyRouteComponent(() => import('./features/overview/Overview'), 'OverviewPage'),
});

const conversations = createRoute({
  getParentRoute: () => shell,
  path: '/conversations',
  validateSearch: (search): Choice => choose(search, FILTER_KEYS),
  component: lazyRouteComponent(() => import('./features/conversations/Conversations'), 'ConversationsPage'),
});

const CONVERSATION_KEYS = ['turn', 't', 'transcript', 'judgement', 'side'] as const;
export type ConversationSearch = Partial<Record<(typeof CONVERSATION_KEYS)[number], string>>;

const conversation = createRoute({
  getParentRoute: () => shell,
  path: '/conversations/$id',
  validateSearch: (search): ConversationSearch => choose(search, CONVERSATION_KEYS),
  component: lazyRouteComponent(() => import('./features/conversation/Conversation'), 'ConversationPage'),
});

const EVALUATION_PLACES = ['project', 'team', 'agent', 'inspector', 'card'] as const;
const EVALUATION_KEYS = ['stage', 'late', 'period', 'from', 'to', 'zone', ...EVALUATION_PLACES] as const;
export type EvaluationSearch = Partial<Record<(typeof EVALUATION_KEYS)[number], string>>;
const evaluations = createRoute({
  getParentRoute: () => shell,
  path: '/evaluations',
  validateSearch: (search): EvaluationSearch => choose(search, EVALUATION_KEYS),
  component: lazyRouteComponent(() => import('./features/evaluations/Evaluations'), 'EvaluationsPage'),
});
const evaluation = createRoute({
  getParentRoute: () => shell,
  path: '/evaluations/$id',
  validateSearch: (search): { revision?: string } => choose(search, ['revision']),
  component: lazyRouteComponent(() => import('./features/evaluation/Evaluation'), 'EvaluationPage'),
});

const RESULTS_KEYS = ['card', 'project', 'team', 'agent', 'period', 'from', 'to'] as const;
export type ResultsSearch = Partial<Record<(typeof RESULTS_KEYS)[number], string>>;
const results = createRoute({
  getParentRoute: () => shell,
  path: '/results',
  validateSearch: (search): ResultsSearch => choose(search, RESULTS_KEYS),
  component: lazyRouteComponent(() => import('./features/results/Results'), 'ResultsPage'),
});

const COACHING_KEYS = ['stage', 'late', 'project', 'team', 'agent'] as const;
export type CoachingSearch = Partial<Record<(typeof COACHING_KEYS)[number], string>>;
const coaching = createRoute({
  getParentRoute: () => shell,
  path: '/coaching',
  validateSearch: (search): CoachingSearch => choose(search, COACHING_KEYS),
  component: lazyRouteComponent(() => import('./features/coaching/Sheets'), 'SheetsPage'),
});
const coachingSheet = createRoute({
  getParentRoute: () => shell,
  path: '/coaching/$id',
  component: lazyRouteComponent(() => import('./features/coaching/Sheet'), 'SheetPage'),
});

const AGREEMENT_KEYS = ['card', 'project', 'reference', 'draw', 'period', 'from', 'to'] as const;
export type AgreementSearch = Partial<Record<(typeof AGREEMENT_KEYS)[number], string>>;
const agreement = createRoute({
  getParentRoute: () => shell,
  path: '/agreement',
  validateSearch: (search): AgreementSearch => choose(search, AGREEMENT_KEYS),
  component: lazyRouteComponent(() => import('./features/agreement/Agreement'), 'AgreementPage'),
});

const workList = createRoute({
  getParentRoute: () => shell,
  path: '/work-list',
  validateSearch: (search): { state?: string } => choose(search, ['state']),
  component: lazyRouteComponent(() => import('./features/draws/WorkList'), 'WorkListPage'),
});
const draws = createRoute({
  getParentRoute: () => shell,
  path: '/draws',
  validateSearch: (search): { project?: string } => choose(search, ['project']),
  component: lazyRouteComponent(() => import('./features/draws/Draws'), 'DrawsPage'),
});
const newDraw = createRoute({
  getParentRoute: () => shell,
  path: '/draws/new',
  component: lazyRouteComponent(() => import('./features/draws/NewDraw'), 'NewDrawPage'),
});
const draw = createRoute({
  getParentRoute: () => shell,
  path: '/draws/$id',
  component: lazyRouteComponent(() => import('./features/draws/Draw'), 'DrawPage'),
});
const plans = createRoute({
  getParentRoute: () => shell,
  path: '/plans',
  validateSearch: (search): { project?: string } => choose(search, ['project']),
  component: lazyRouteComponent(() => import('./features/plans/Plans'), 'PlansPage'),
});
const newPlan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/new',
  component: lazyRouteComponent(() => import('./features/plans/EditPlan'), 'NewPlanPage'),
});
const plan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$id',
  component: lazyRouteComponent(() => import('./features/plans/Plan'), 'PlanPage'),
});
const editPlan = createRoute({
  getParentRoute: () => shell,
  path: '/plans/$id/edit',
  component: lazyRouteComponent(() => import('./features/plans/EditPlan'), 'EditPlanPage'),
});

const work = createRoute({
  getParentRoute: () => shell,
  path: '/work',
  validateSearch: (search): { state?: string } => choose(search, ['state']),
  component: lazyRouteComponent(() => import('./features/work/Work'), 'WorkPage'),
});

const RULE_KEYS = ['q', 'pack', 'severity', 'dimension', 'rule'] as const;
const rules = createRoute({
  getParentRoute: () => shell,
  path: '/rules',
  validateSearch: (search): Partial<Record<(typeof RULE_KEYS)[number], string>> => choose(search, RULE_KEYS),
  component: lazyRouteComponent(() => import('./features/rules/Rules'), 'RulesPage'),
});

const scorecards = createRoute({
  getParentRoute: () => shell,
  path: '/scorecards',
  component: lazyRouteComponent(() => import('./features/scorecards/Scorecards'), 'ScorecardsPage'),
});
const scorecard = createRoute({
  getParentRoute: () => shell,
  path: '/scorecards/$card',
  validateSearch: (search): { tab?: string; version?: string } => choose(search, ['tab', 'version']),
  component: lazyRouteComponent(() => import('./features/scorecards/Scorecard'), 'ScorecardPage'),
});

const intake = createRoute({
  getParentRoute: () => shell,
  path: '/intake',
  component: lazyRouteComponent(() => import('./features/intake/Intake'), 'IntakePage'),
});
const PACK_KEYS = ['tab', 'file', 'from', 'to', 'call'] as const;
const pack = createRoute({
  getParentRoute: () => shell,
  path: '/rules/$pack',
  validateSearch: (search): Partial<Record<(typeof PACK_KEYS)[number], string>> => choose(search, PACK_KEYS),
  component: lazyRouteComponent(() => import('./features/rules/pack/Pack'), 'PackPage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  validateSearch: (search): { problem?: string } => choose(search, ['problem']),
  component: lazyRouteComponent(() => import('./features/account/Account'), 'AccountPage'),
});
const users = createRoute({
  getParentRoute: () => shell,
  path: '/admin/users',
  component: lazyRouteComponent(() => import('./features/admin/Users'), 'UsersPage'),
});
const sessions = createRoute({
  getParentRoute: () => shell,
  path: '/admin/sessions',
  component: lazyRouteComponent(() => import('./features/admin/Sessions'), 'SessionsPage'),
});
const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/admin/tokens',
  component: lazyRouteComponent(() => import('./features/admin/Tokens'), 'TokensPage'),
});
const places = createRoute({
  getParentRoute: () => shell,
  path: '/admin/places',
  validateSearch: (search): { show?: string } => choose(search, ['show']),
  component: lazyRouteComponent(() => import('./features/admin/Places'), 'PlacesPage'),
});
const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/admin/webhooks',
  component: lazyRouteComponent(() => import('./features/admin/Webhooks'), 'WebhooksPage'),
});
const AUDIT_KEYS = ['actor', 'action', 'from', 'to', 'period'] as const;
const audit = createRoute({
  getParentRoute: () => shell,
  path: '/admin/audit',
  validateSearch: (search): Partial<Record<(typeof AUDIT_KEYS)[number], string>> => choose(search, AUDIT_KEYS),
  component: lazyRouteComponent(() => import('./features/admin/Audit'), 'AuditPage'),
});

const tree = root.addChildren([
  signIn,
  shell.addChildren([
    ...[overview, conversations, conversation, evaluations, evaluation, work],
    ...[coaching, coachingSheet],
    ...[workList, draws, newDraw, draw, results, agreement],
    ...[plans, newPlan, plan, editPlan],
    ...[rules, pack, scorecards, scorecard, intake],
    ...[account, users, sessions, tokens, places, webhooks, audit],
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultPendingComponent: Pending,
  defaultPendingMs: 300,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotThere,
  // Addresses that a person can read: every value is text, lists stand with commas.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(search)) {
      if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
    }
    const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
    return text ? `?${text}` : '';
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
