import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectAccessible, expectNoOverflow, launch, leave, PHONE, somebody, turn } from './browser';
import { Client, signIn, until } from './client';
import { type Lie, Provider } from './provider';

const BUTTON = '单点登录';
let provider: Provider;
let house: House;
let browser: Browser;
let context: BrowserContext;
let page: Page;

/** A house of its own, with a provider. */
class House {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly program: ChildProcess,
    /** All that it wrote. */
    readonly logs: string[],
  ) {}
  /** The administrator's. */
  password = '';

  static async build(issuer: string, secret: string): Promise<House> {
    const folder = await mkdtemp(join(tmpdir(), 'lingjian-openid-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const settings = `listen = "127.0.0.1:${port}"
address = "${url}"
data = "${folder}/data"
rules = ["zh/outbound"]
speech.on = false
[openid]
issuer = "${issuer}"
label = "${BUTTON}"
label_en = "Staff sign-in"
join_by_name = true
create_users = true
`;
    await writeFile(join(folder, 'lingjian.toml'), settings);
    const program = spawn(process.env.LINGJIAN_PROGRAM!, ['serve', '--config', join(folder, 'lingjian.toml')], {
      // Not where the other house is.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LINGJIAN_OPENID_SECRET: secret },
    });
    const logs: string[] = [];
    for (const stream of [program.stdout, program.stderr]) stream?.on('data', (said) => logs.push(String(said)));
    const house = new House(url, folder, program, logs);
    try {
      house.password = await until('it serves', async () => {
        const said = logs.join('');
        if (program.exitCode !== null) throw new Error(`the house fell: ${said}`);
        return said.includes('serves at') ? said.match(/password (\S+)/)?.[1] : undefined;
      });
    } catch (error) {
      await house.fall();
      throw error;
    }
    return house;
  }

  async admin(): Promise<Client> {
    const kept = await until('the administrator signs in', () => signIn(this.url, 'admin', this.password));
    return Client.of(this.url, kept);
  }

  async fall(): Promise<void> {
    if (this.program.exitCode === null) {
      const gone = new Promise((resolve) => this.program.once('exit', resolve));
      this.program.kill();
      await gone;
    }
    await rm(this.folder, { recursive: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

beforeAll(async () => {
  const secret = 'a-secret-of-tests-0123456789';
  provider = await Provider.start(secret);
  house = await House.build(provider.issuer, secret);
  provider.knows(house.url);
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await house?.fall();
  await provider?.stop();
});
beforeEach(async () => {
  context = await somebody(browser, { signedIn: false, at: house.url });
  page = await context.newPage();
});
afterEach(async () => {
  provider.lie = undefined;
  provider.person = 'nobody';
  await leave(context);
});

async function enter(): Promise<void> {
  await page.goto('/sign-in?next=/account');
  await page.getByRole('button', { name: BUTTON }).click();
}

const refused = (words: string) => page.getByRole('alert').getByText(words).waitFor();

describe('signing in where one signs in anyway', () => {
  it('takes whoever is new, who sees that nothing is theirs yet', async () => {
    provider.person = 'zhou';
    await enter();
    await page.waitForURL('**/account');
    await page.getByText('还没有岗位').waitFor();
    expect(await page.locator('.account-facts').textContent()).toContain('周明');
    expect(await page.locator('.side nav a').allTextContents()).toEqual(['密码与登录']);
    await expectAccessible(page);
    await page.goto('/');
    await page.waitForURL('**/account');
    const admin = await house.admin();
    const { items } = await admin.get<{ items: { name: string; posts: string[] }[] }>('/users');
    expect(items.find(({ name }) => name === 'zhou')?.posts).toEqual([]);
    await admin.close();
  });

  it('knows them again, after the provider has changed its keys too', async () => {
    provider.renewKeys();
    provider.person = 'zhou';
    await enter();
    await page.waitForURL('**/account');
    const admin = await house.admin();
    const { items } = await admin.get<{ items: { name: string }[] }>('/users');
    expect(items.filter(({ name }) => name.includes('zhou') || name.includes('openid'))).toHaveLength(1);
    await admin.close();
  });

  it('gives the account that was made for them, by its name', async () => {
    const admin = await house.admin();
    await admin.post('/users', { name: 'wu', display_name: '吴兰', posts: ['inspector'] });
    provider.person = 'wu';
    await page.goto('/conversations?sort=risk');
    await page.waitForURL(/sign-in\?next=/);
    await page.getByRole('button', { name: BUTTON }).click();
    await page.waitForURL(/\/conversations\?sort=risk$/);
    await page.locator('.person').getByText('吴兰').waitFor();
    await admin.close();
  });

  it('gives nobody the account of an administrator by its name', async () => {
    provider.person = 'admin';
    await enter();
    await page.waitForURL('**/account');
    expect(await page.locator('.account-facts').textContent()).toContain('还没有岗位');
    expect(await page.locator('.account-facts').textContent()).toContain('openid-');
  });

  it('is joined to an account by whoever has its password, and parted again', async () => {
    const admin = await house.admin();
    const made = await admin.post<{ password: string }>('/users', {
      name: 'zheng.jie',
      display_name: '郑洁',
      posts: ['administrator'],
    });
    provider.person = 'zheng';
    await page.goto('/sign-in?next=/account');
    await page.locator('#name').fill('zheng.jie');
    await page.locator('#password').fill(made.password);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '关联' }).click();
    await page.getByText('已关联').waitFor();
    await expectAccessible(page);
    await context.clearCookies();
    await enter();
    await page.waitForURL('**/account');
    await page.locator('.account-facts').getByText('zheng.jie').waitFor();
    await page.getByRole('button', { name: '解除关联' }).click();
    await page.locator('.ant-popover').getByRole('button', { name: '解除关联' }).click();
    await page.getByRole('button', { name: '关联', exact: true }).waitFor();
    await admin.close();
  });

  it('leaves the password, which its owner changes', async () => {
    const admin = await house.admin();
    const { password } = await admin.post<{ password: string }>('/users', {
      name: 'sun',
      display_name: '孙宁',
      posts: ['trainer'],
    });
    await page.goto('/sign-in?next=/account');
    for (const [old, fresh] of [
      [password, 'a longer password'],
      ['a longer password', undefined],
    ]) {
      await page.locator('#name').fill('sun');
      await page.locator('#password').fill(old!);
      await page.keyboard.press('Enter');
      await page.locator('.person').getByText('孙宁').waitFor();
      if (!fresh) break;
      await page.locator('#old').fill('not the password');
      await page.locator('#fresh').fill(fresh);
      await page.locator('#again').fill(fresh);
      await page.keyboard.press('Enter');
      await refused('用户名或密码不正确');
      await page.locator('#old').fill(old!);
      await page.keyboard.press('Enter');
      await page.getByText('密码已修改').waitFor();
    }
    await admin.close();
  });

  it('says where who one is there belongs to another account', async () => {
    provider.person = 'wu';
    await page.goto('/sign-in?next=/account');
    await page.locator('#name').fill('admin');
    await page.locator('#password').fill(house.password);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '关联' }).click();
    await page.waitForURL(/\/account\?problem=conflict$/);
    await refused('与现有内容冲突');
  });
});

describe('a sign-in that does not hold', () => {
  it.each<Lie>(['other key', 'no signature', 'other house', 'other nonce', 'long ago', 'other issuer'])(
    'is refused: %s',
    async (lie) => {
      provider.person = 'zhou';
      provider.lie = lie;
      await enter();
      await page.waitForURL(/\/sign-in\?problem=provider_refuses$/);
      await refused('统一身份平台拒绝了登录');
    },
  );

  it('is refused where the provider lets nobody in', async () => {
    provider.person = undefined;
    await enter();
    await page.waitForURL(/\/sign-in\?problem=provider_refuses$/);
  });

  it('is refused in another browser than it began in, and a second time', async () => {
    provider.person = 'zhou';
    const begun = await context.request.post('/api/v1/openid/begin', { data: {} });
    let callback = ((await begun.json()) as { url: string }).url;
    while (!callback.startsWith(house.url)) {
      const sent = await context.request.get(callback, { maxRedirects: 0 });
      callback = new URL(sent.headers().location!, callback).href;
    }
    const stranger = await somebody(browser, { signedIn: false, at: house.url });
    const other = await stranger.newPage();
    await other.goto(callback);
    await other.waitForURL(/\/sign-in\?problem=astray$/);
    expect((await stranger.cookies()).filter(({ name }) => name === 'lingjian_session')).toEqual([]);
    await leave(stranger);
    // It came back with the stranger, and never again.
    await page.goto(callback);
    await page.waitForURL(/\/sign-in\?problem=astray$/);
    await refused('请重新登录');
  });

  it('is refused where the account is shut', async () => {
    const admin = await house.admin();
    const { items } = await admin.get<{ items: { id: string; name: string }[] }>('/users');
    const { id } = items.find(({ name }) => name === 'wu')!;
    await admin.change(`/users/${id}`, { display_name: '吴兰', posts: ['inspector'], disabled: true });
    provider.person = 'wu';
    await enter();
    await page.waitForURL(/\/sign-in\?problem=unknown_person$/);
    await refused('没有与该身份对应的账户');
    await admin.close();
  });

  it('arrives nowhere else', async () => {
    provider.person = 'zhou';
    await page.goto('/sign-in?next=//example.org/');
    await page.getByRole('button', { name: BUTTON }).click();
    await page.waitForURL((url) => url.origin === house.url && url.pathname === '/account');
  });

  it('is written down, without anything that opens', async () => {
    const admin = await house.admin();
    type Entry = { action: string; detail: { why?: string; by?: string } };
    const { items } = await admin.get<{ items: Entry[] }>('/audit', { limit: 200 });
    const whys = items.filter(({ action }) => action === 'session.refused').map(({ detail }) => detail.why);
    expect(new Set(whys)).toEqual(new Set(['provider_refuses', 'astray', 'unknown_person', 'conflict']));
    expect(items.some(({ action, detail }) => action === 'session.begin' && detail.by === 'openid')).toBe(true);
    const written = house.logs.join('') + JSON.stringify(items);
    expect(written).not.toMatch(/eyJ|code=|a-secret-of-tests/);
    await admin.close();
  });

  // The last: it is gone then.
  it('is said to wait where the provider is gone, and one has a password', async () => {
    await provider.stop();
    await enter();
    await refused('请使用密码登录');
    for (const [language, theme] of [
      ['zh-CN', 'light'],
      ['en', 'dark'],
    ] as const) {
      await turn(page, language, theme);
      await expectAccessible(page);
    }
    await page.setViewportSize(PHONE);
    await expectNoOverflow(page);
    await page.locator('#name').fill('admin');
    await page.locator('#password').fill(house.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/account');
  });
});
