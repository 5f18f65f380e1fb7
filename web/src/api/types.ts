// What the server says, by hand for now: openapi.json will make these.

export type Dimension = 'compliance' | 'experience' | 'risk';
export type Severity = 'info' | 'minor' | 'major' | 'fatal';
export type State = 'judged' | 'waiting' | 'failed' | 'silent' | 'record';
export type Role = 'agent' | 'customer' | 'supervisor' | 'system' | 'mixed' | (string & {});
export type Scores = Record<Dimension, number>;
export type Title = { zh?: string; en?: string };
export type Named = { id: string; name: string };
export type AgentName = { id: string; name: string; number: string };
export type Page<T> = { items: T[]; next: string | null };

export type Session = {
  user: { id: string; name: string; display_name: string; posts: string[] };
  permissions: string[];
  csrf: string;
  version: string;
  /** Whose days are counted, where a project has none of its own. */
  zone: string;
};

export type Tally = { conversations: number; judged: number; scores: Scores | null };
export type RuleTally = {
  rule: string;
  pack: string;
  title: Title;
  severity: Severity;
  dimension: Dimension;
  /** Tells praise from faults. */
  points: number;
  conversations: number;
  hits: number;
};
export type Overview = {
  all: Tally;
  states: Record<State, number>;
  days: ({ day: string } & Tally)[];
  zone: string;
  projects: (Named & Tally)[];
  teams: (Named & Tally)[];
  agents: (AgentName & Tally)[];
  rules: RuleTally[];
};

export type Hit = { turn: number; role: Role; text: string; marks: [number, number][] };
export type Row = {
  id: string;
  external_id: string;
  source: string;
  at: string;
  started: boolean;
  duration_ms: number | null;
  project: Named | null;
  team: Named | null;
  agent: AgentName | null;
  language: string | null;
  direction: string | null;
  queue: string | null;
  has_recording: boolean;
  state: State;
  scores: Scores | null;
  findings: number | null;
  hits?: Hit[];
};
export type Rows = Page<Row>;

export type Word = { text: string; start_ms: number; end_ms: number; confidence?: number };
export type Turn = { role: Role; start_ms: number; end_ms: number; text: string; words?: Word[] };
export type Transcript = {
  id: string;
  turns: Turn[];
  speech?: { role: Role; start_ms: number; end_ms: number }[];
  masked: boolean;
};
export type Amount = { amount: number; unit: string };
export type Finding = {
  place: number;
  rule: string;
  title: Title;
  version: string;
  severity: Severity;
  dimension: Dimension;
  points: number;
  role?: Role | null;
  turn?: number | null;
  chars?: [number, number] | null;
  start_ms?: number | null;
  end_ms?: number | null;
  value?: Amount | null;
  bound?: Amount | null;
};
export type Step = {
  dimension: Dimension;
  rule: string;
  title: Title;
  hits: number;
  points: number;
  after: number;
};
export type Judgement = {
  id: string;
  transcript: string;
  rules: string;
  made_at: string;
  scores: Scores;
  metrics: Record<string, number | string | null>;
  derivation: Step[];
  findings: Finding[];
  unjudged: { rule: string; title: Title; reason: string }[];
};
export type TranscriptVersion = {
  id: string;
  made_at: string;
  engine: string | null;
  model: string | null;
  current: boolean;
  current_from: string | null;
  current_to: string | null;
};
export type JudgementVersion = {
  id: string;
  transcript: string;
  rules: string;
  made_at: string;
  current: boolean;
  current_from: string | null;
  current_to: string | null;
  scores: Scores;
};
export type Conversation = Row & {
  attributes: Record<string, unknown>;
  received_at: string;
  recording: {
    name: string;
    bytes: number;
    sha256: string;
    breaches: { field: string; found: string; wanted: string }[];
  } | null;
  transcript: Transcript | null;
  judgement: Judgement | null;
  transcripts: TranscriptVersion[];
  judgements: JudgementVersion[];
};
export type Peaks = { duration_ms: number; per_second: number; channels: { role: Role; peaks: number[] }[] };

export type Rule = {
  id: string;
  title: Title;
  about: Title;
  severity: Severity;
  dimension: Dimension;
  points: number;
  digest: string;
};
export type Pack = { id: string; version: string; language: string; title: Title; rules: Rule[] };
export type Rules = { packs: Pack[]; rules: string };

export type WorkKind = 'transcribe' | 'analyse' | 'judge';
export type WorkState = 'waiting' | 'running' | 'failed';
export type WorkItem = {
  id: string;
  kind: WorkKind;
  conversation: string;
  external_id: string;
  state: WorkState;
  attempts: number;
  run_after: string | null;
  reason: string | null;
  created_at: string;
};
export type Work = {
  kinds: { kind: WorkKind; waiting: number; running: number; failed: number; length_ms: number }[];
  behind: { sound_ms: number; speed: number | null; caught_up_at: string | null };
  items: WorkItem[];
};

/** What an import did not take. */
export type Refusal = {
  id: string;
  at: string;
  first_at: string;
  times: number;
  kind: 'recordings' | 'transcripts' | 'calls';
  source: string | null;
  by: string;
  file: string;
  line: number | null;
  field: string | null;
  reason: string;
  advice: string | null;
};

export type Change = { sequence: number; kind: string; subject: string; at: string };

export type Project = Named & { category: string | null; client: string | null; zone: string | null };
export type Agent = {
  id: string;
  number: string;
  name: string | null;
  level: string | null;
  team: string | null;
};
export type Places = { projects: Project[]; teams: Named[]; agents: Agent[] };

export type User = {
  id: string;
  name: string;
  display_name: string;
  posts: string[];
  projects: string[];
  teams: string[];
  agent: string | null;
  disabled: boolean;
  locked_until: string | null;
  revision: number;
};
export type OwnSession = {
  id: string;
  created_at: string;
  last_seen_at: string;
  address: string | null;
  agent: string | null;
  current: boolean;
};
export type Token = {
  id: string;
  name: string;
  permissions: string[];
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
};
export type Complaint = {
  line: number | null;
  column: number | null;
  field: string | null;
  reason: string;
  advice: string | null;
};
export type Upload = {
  id: string;
  name: string;
  length: number;
  received: number;
  state: 'receiving' | 'received' | 'taken' | 'refused';
  outcome: {
    new: number;
    more: number;
    same: number;
    refused: number;
    refusals: Complaint[];
    conversation: string | null;
  } | null;
};
export type Webhook = {
  id: string;
  name: string;
  url: string;
  project: string | null;
  events: string[];
  active: boolean;
  state: 'idle' | 'telling' | 'failing' | 'resting';
  told_at: string | null;
  reason: string | null;
};
export type AuditEntry = {
  sequence: number;
  at: string;
  actor: Named | null;
  action: string;
  subject: string | null;
  detail: Record<string, unknown>;
};
