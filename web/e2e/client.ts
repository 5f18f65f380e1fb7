import { type APIRequestContext, request } from 'playwright-core';

export type Kept = Awaited<ReturnType<APIRequestContext['storageState']>>;
type Query = Record<string, string | number>;
type Options = { params?: Query; data?: unknown; headers?: Record<string, string> };

/** Signs in as a program does; what it gets is what a browser would keep. */
export async function signIn(url: string, name: string, password: string): Promise<Kept> {
  const context = await request.newContext({ baseURL: url });
  const answer = await context.post('/api/v1/session', { data: { name, password } });
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
    const context = await request.newContext({ baseURL: url, storageState: kept });
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

  private async ask(method: 'get' | 'post' | 'put', path: string, options: Options) {
    const answer = await this.context[method](`/api/v1${path}`, {
      ...options,
      headers: { ...options.headers, 'x-csrf-token': this.csrf },
    });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer;
  }

  /** Asks again until it is so. */
  async until(patience: number, what: string, so: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + patience;
    while (!(await so())) {
      if (Date.now() > end) throw new Error(`it did not come to be that ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  close(): Promise<void> {
    return this.context.dispose();
  }
}
