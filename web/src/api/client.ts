/** What went wrong, in the server's own stable word. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly field?: string,
    /** Seconds until it is worth trying again. */
    readonly retryAfter?: number,
  ) {
    super(detail || code);
    this.name = 'ApiError';
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;
type Options = { query?: Query; body?: unknown; etag?: string; signal?: AbortSignal };

const BASE = '/api/v1';
let csrf = '';

/** The token that every change has to carry. */
export function rememberCsrf(token: string): void {
  csrf = token;
}

/** The same for what does not go through here. */
export const csrfToken = () => csrf;

export function address(path: string, query?: Query): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return BASE + path + (text ? `?${text}` : '');
}

async function refusal(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get('retry-after'));
  const after = Number.isFinite(retry) && retry > 0 ? retry : undefined;
  try {
    const problem = (await response.json()) as { code?: string; detail?: string; field?: string };
    return new ApiError(response.status, problem.code ?? 'unknown', problem.detail ?? '', problem.field, after);
  } catch {
    return new ApiError(response.status, response.status >= 502 ? 'unreachable' : 'unknown', response.statusText);
  }
}

async function ask(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['x-csrf-token'] = csrf;
  if (options.etag) headers['if-match'] = options.etag;
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', String(error));
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function json<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await ask(method, path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => json<T>('GET', path, { query, signal }),
  post: <T>(path: string, body?: unknown) => json<T>('POST', path, { body }),
  /** With the mark of what was read. */
  postMarked: <T>(path: string, body: unknown, etag: string) => json<T>('POST', path, { body, etag }),
  remove: (path: string, etag?: string) => json<void>('DELETE', path, { etag }),
  /** With the mark by which a change is refused when somebody else was first. */
  async getMarked<T>(path: string): Promise<{ value: T; etag: string }> {
    const response = await ask('GET', path, {});
    return { value: (await response.json()) as T, etag: response.headers.get('etag') ?? '' };
  },
  put: <T>(path: string, body: unknown, etag: string) => json<T>('PUT', path, { body, etag }),
};
