import type { Upload } from 'tus-js-client';
import { ApiError, address, csrfToken } from '../../api/client';

/** What is told of all files that are sent together. */
export type About = { source: string; project: string };
export type Sending = {
  key: number;
  name: string;
  size: number;
  sent: number;
  state: 'waiting' | 'sending' | 'paused' | 'sent' | 'failed';
  /** The upload's id, once it has begun. */
  id?: string;
  error?: ApiError;
};

/** Files that are sent at once: more would only share the same line. */
const AT_ONCE = 3;
const PAUSES = [0, 1000, 3000, 10_000, 30_000];

// They go on while one looks at another page, so they live beside the pages.
let all: Sending[] = [];
const files = new Map<number, { file: File; about: About; upload?: Upload }>();
const listeners = new Set<() => void>();
let next = 1;

export function follow(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const sendings = () => all;

function change(key: number, part: Partial<Sending>): void {
  all = all.map((one) => (one.key === key ? { ...one, ...part } : one));
  for (const listener of listeners) listener();
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function look(): void {
  const busy = all.filter((one) => one.state === 'sending').length;
  const waiting = all.filter((one) => one.state === 'waiting').slice(0, AT_ONCE - busy);
  for (const one of waiting) void send(one.key);
  if (busy + waiting.length > 0) addEventListener('beforeunload', warn);
  else removeEventListener('beforeunload', warn);
}

export function add(chosen: Iterable<File>, about: About): void {
  for (const file of chosen) {
    const key = next++;
    files.set(key, { file, about });
    all = [...all, { key, name: file.name, size: file.size, sent: 0, state: 'waiting' }];
  }
  for (const listener of listeners) listener();
  look();
}

export function pause(key: number): void {
  void files.get(key)?.upload?.abort();
  change(key, { state: 'paused' });
  look();
}

export function goOn(key: number): void {
  change(key, { state: 'waiting', error: undefined });
  look();
}

/** Off the list; what has not been sent whole is ended on the server, too. */
export function drop(key: number): void {
  const one = all.find((sending) => sending.key === key);
  const unfinished = one?.state !== 'sent';
  void files
    .get(key)
    ?.upload?.abort(unfinished)
    .catch(() => undefined);
  files.delete(key);
  all = all.filter((sending) => sending.key !== key);
  for (const listener of listeners) listener();
  look();
}

/** What the server said, in its own stable word. */
function refusal(status: number, body: string): ApiError {
  try {
    const problem = JSON.parse(body) as { code?: string; detail?: string; field?: string };
    return new ApiError(status, problem.code ?? 'unknown', problem.detail ?? '', problem.field);
  } catch {
    return new ApiError(status, status ? 'unknown' : 'unreachable', '');
  }
}

async function send(key: number): Promise<void> {
  const known = files.get(key);
  if (!known) return;
  change(key, { state: 'sending' });
  if (!known.upload) {
    const tus = await import('tus-js-client');
    const { file, about } = known;
    const metadata: Record<string, string> = { filename: file.name };
    if (about.source) metadata.source = about.source;
    if (about.project) metadata.project = about.project;
    const upload = new tus.Upload(file, {
      endpoint: address('/uploads'),
      metadata,
      retryDelays: PAUSES,
      removeFingerprintOnSuccess: true,
      // The session may have been begun anew since.
      onBeforeRequest: (request) => request.setHeader('X-CSRF-Token', csrfToken()),
      // What the server refuses it refuses again; what it cannot reach, or has no room for, may work later.
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status === 409 || status === 423 || status === 460 || status >= 500;
      },
      onUploadUrlAvailable: () => change(key, { id: upload.url?.split('/').pop() }),
      onProgress: (sent) => change(key, { sent }),
      onSuccess: () => {
        change(key, { state: 'sent', sent: file.size });
        look();
      },
      onError: (error) => {
        const response = 'originalResponse' in error ? error.originalResponse : null;
        change(key, { state: 'failed', error: refusal(response?.getStatus() ?? 0, response?.getBody() ?? '') });
        look();
      },
    });
    known.upload = upload;
    // The same file, broken off in an earlier visit, goes on from where it was.
    const [before] = await upload.findPreviousUploads();
    if (before) upload.resumeFromPreviousUpload(before);
  }
  if (all.find((one) => one.key === key)?.state === 'sending') known.upload.start();
}
