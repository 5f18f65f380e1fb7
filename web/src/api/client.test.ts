import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError, address, api, rememberCsrf } from './client';

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetched = vi.fn(
    async (_: string, __: RequestInit) =>
      new Response(body === null ? null : JSON.stringify(body), { status, headers }),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

afterEach(() => vi.unstubAllGlobals());

describe('the client', () => {
  it('leaves out what is not asked', () => {
    expect(address('/conversations', { q: '退款', team: undefined, cursor: null, limit: 50, x: '' })).toBe(
      '/api/v1/conversations?q=%E9%80%80%E6%AC%BE&limit=50',
    );
  });

  it('carries the token with changes, and only with them', async () => {
    rememberCsrf('abc');
    let fetched = answer(200, {});
    await api.get('/places');
    expect(fetched.mock.calls[0]![1].headers).not.toHaveProperty('x-csrf-token');
    fetched = answer(204, null);
    await expect(api.remove('/tokens/1')).resolves.toBeUndefined();
    expect(fetched.mock.calls[0]![1].headers).toHaveProperty('x-csrf-token', 'abc');
  });

  it('tells the stable code, the field and when to come again', async () => {
    answer(429, { code: 'locked', detail: 'locked for 15 minutes', field: 'name' }, { 'retry-after': '900' });
    const refused = await api.post('/session', {}).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 429, code: 'locked', field: 'name', retryAfter: 900 });
  });

  it('says that nobody answers', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('refused')));
    await expect(api.get('/session')).rejects.toMatchObject({ status: 0, code: 'unreachable' });
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
    await expect(api.get('/session')).rejects.toMatchObject({ status: 502, code: 'unreachable' });
  });

  it('changes only what nobody else has changed', async () => {
    const fetched = answer(200, { id: '1' }, { etag: '"7"' });
    const { etag } = await api.getMarked('/users/1');
    await api.put('/users/1', {}, etag);
    expect(fetched.mock.calls[1]![1].headers).toHaveProperty('if-match', '"7"');
  });
});
