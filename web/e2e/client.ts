import { type APIRequestContext, request } from 'playwright-core';

export type Kept = Awaited<ReturnType<APIRequestContext['storageState']>>;
type Query = Record<string, string | number>;
type Options = { params?: Query; data?: unknown; headers?: Record<string, string> };

/** How long something may take to come to be: long, as a machine may be busy. Waiting ends as soon as it is so. */
export const PATIENCE_MS = 60_000;

/** Asks again until there is something. */
export async function until<T>(what: string, asked: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const found = await asked();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`it did not come to be that ${what}`);
}

/** Signs in as a program does; what it gets is what a browser would keep. Nothing while the server is too busy. */
export async function signIn(url: string, name: string, password: string): Promise<Kept | undefined> {
  const context = await request.newContext({ baseURL: url, timeout: PATIENCE_MS });
  const answer = await context.post('/api/v1/session', { data: { name, password } });
  if (answer.status() >= 500) return undefined;
  if (!answer.ok()) throw new Error(`nobody may sign in as ${name}: ${answer.status()} ${await answer.text()}`);
  const kept = await context.storageState();
  await context.dispose();
  return kept;
}

/** Somebody at another machine: the API without pages. */
export class Client {
  private constructor(
    private readonly context: APIRequestContext,
    private readonly csrf: string,
  ) {}

  static async of(url: string, kept: Kept): Promise<Client> {
    const context = await request.newContext({ baseURL: url, storageState: kept, timeout: PATIENCE_MS });
    const { csrf } = (await (await context.get('/api/v1/session')).json()) as { csrf: string };
    return new Client(context, csrf);
  }

  async get<T>(path: string, params: Query = {}): Promise<T> {
    return (await this.ask('get', path, { params })).json() as Promise<T>;
  }

  async post<T>(path: string, data: unknown): Promise<T> {
    return (await this.ask('post', path, { data })).json() as Promise<T>;
  }

  /** Changes a thing as it stands now. */
  async change(path: string, data: object): Promise<void> {
    const found = await this.ask('get', path, {});
    const { etag } = found.headers();
    await this.ask('put', path, { data: { ...data }, headers: { 'if-match': etag! } });
  }

  /** Does something with an evaluation as it stands now, and answers what came of it. */
  async act<T>(id: string, what: string, data: unknown): Promise<T> {
    const etag = (await this.ask('get', `/evaluations/${id}`, {})).headers().etag!;
    const method = what === 'sheet' ? 'put' : 'post';
    const headers = { 'if-match': etag };
    return (await this.ask(method, `/evaluations/${id}/${what}`, { data, headers })).json() as Promise<T>;
  }

  private async ask(method: 'get' | 'post' | 'put', path: string, options: Options) {
    const answer = await this.context[method](`/api/v1${path}`, {
      ...options,
      headers: { ...options.headers, 'x-csrf-token': this.csrf },
    });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer;
  }

  close(): Promise<void> {
    return this.context.dispose();
  }
}
