import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  complaintsOf,
  DESK,
  expectAccessible,
  expectNoOverflow,
  go,
  LANGUAGES,
  launch,
  leave,
  PHONE,
  settled,
  somebody,
  turn,
} from './browser';
import { SOUNDING } from './calls';
import { Client, signIn, until } from './client';

type Named = { id: string; name: string };
type Call = { agent: Named; project: Named };

let browser: Browser;
let desk: BrowserContext;
let page: Page;
let complaints: string[];
/** Where the evaluation is. */
let path: string;
beforeAll(async () => {
  browser = await launch();
  desk = await somebody(browser);
  page = await desk.newPage();
  complaints = complaintsOf(page);
});
afterAll(() => browser.close());

const button = (at: Page, name: string) => at.getByRole('button', { name, exact: true });
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const saved = () => page.locator('.save-saved').waitFor();
const active = () => page.locator('.item.active .item-title').textContent();
const answers = () => page.locator('.option[aria-pressed=true]').count();
const stage = (at: Page, name: string) => at.locator('.conversation-title .state', { hasText: name }).waitFor();

/** Somebody who holds a post, at a browser of their own. */
async function another(post: string, call: Call): Promise<BrowserContext> {
  const admin = await Client.of(inject('url'), inject('kept'));
  const name = `${post}-${Date.now()}`;
  const { password } = await admin.post<{ password: string }>('/users', {
    name,
    display_name: post,
    posts: [post],
    projects: post === 'agent' ? [] : [call.project.id],
    teams: [],
    agent: post === 'agent' ? call.agent.id : null,
  });
  await admin.close();
  const kept = await until(`${name} signs in`, () => signIn(inject('url'), name, password));
  return somebody(browser, { kept });
}

async function sounding(): Promise<Call> {
  const admin = await Client.of(inject('url'), inject('kept'));
  const call = await admin.get<Call>(`/conversations/${inject('sounding')}`);
  await admin.close();
  return call;
}

describe('a call is judged', () => {
  it('from where it is heard, on a card that is asked for', async () => {
    await go(page, `/conversations/${inject('sounding')}`, '.wave-canvas > div');
    await button(page, '评分').click();
    const asked = page.getByRole('dialog');
    await asked.getByRole('radio', { name: '录音' }).waitFor();
    await asked.getByLabel('计分卡').click();
    await page.locator('.ant-select-item-option', { hasText: '客户关怀类计分卡' }).click();
    await expectAccessible(page);
    await asked.getByRole('button', { name: '开始评分' }).click();
    await page.waitForURL(/\/evaluations\/[0-9a-f-]{36}$/);
    path = new URL(page.url()).pathname;
    await settled(page, '.wave-canvas > div');
    await stage(page, '草稿');
    await expectAccessible(page);
  });

  it('by keys alone', async () => {
    const count = await page.locator('.item').count();
    expect(count).toBeGreaterThan(15);
    // The first press comes to the first item, the others go on from it.
    await press('j');
    const first = await active();
    await press('j', 'k');
    expect(await active()).toBe(first);

    // The moment that is heard.
    await press('ArrowRight', 'ArrowRight', 'ArrowRight');
    const heard = page.locator('.turn.heard .turn-time');
    await heard.waitFor();
    await press('e');
    const chip = page.locator('.item.active .moment').last();
    expect((await chip.textContent())?.trim()).toBe(await heard.textContent());

    // What is typed is text, and no key.
    const before = await answers();
    await press('c');
    await page.keyboard.type('j1 0e');
    await press('Escape');
    expect(await page.locator('.item.active textarea').inputValue()).toBe('j1 0e');
    expect(await answers()).toBe(before);
    expect(await active()).toBe(first);

    for (let item = 0; item < count; item += 1) {
      const pressed = page.locator('.item.active .option[aria-pressed=true]');
      if ((await pressed.count()) === 0) await press('1');
      await press('j');
    }
    await page.getByText('各项都已评').waitFor();
    await press('g');
    await page.keyboard.type('安抚及时');
    await press('Escape');
    await saved();
  });

  it('and is kept', async () => {
    const [given, moments] = [await answers(), await page.locator('.moment').count()];
    expect(given).toBe(await page.locator('.form-section .item').count());
    await page.reload();
    await settled(page, '.item');
    expect(await answers()).toBe(given);
    expect(await page.locator('.moment').count()).toBe(moments);
    expect(await page.locator('.item textarea').first().inputValue()).toBe('j1 0e');
    expect(await page.getByLabel('做得好', { exact: true }).inputValue()).toBe('安抚及时');
  });

  it('says how its figures came about', async () => {
    await page.locator('.tile-total').click();
    expect(await page.locator('.steps .after').last().textContent()).toBe(
      await page.locator('.tile-total b').textContent(),
    );
    await page.locator('.tile-total').click();
    await page.locator('.section-score').first().click();
    expect(await page.locator('.steps .after').last().textContent()).toBe(
      await page.locator('.section-score').first().textContent(),
    );
    await page.locator('.section-score').first().click();
  });

  it('tells when it was changed elsewhere, and loses nothing silently', async () => {
    const second = await desk.newPage();
    await go(second, path, '.item');
    await second.locator('[data-part]').first().focus();
    await second.keyboard.press('c');
    await second.keyboard.type('他处');
    await second.locator('.save-saved').waitFor();
    await leave(second);
    await page.locator('[data-part]').first().focus();
    await press('c');
    await page.keyboard.type('此处');
    await page.getByText('这份评分已在别处修改').waitFor();
    await expectAccessible(page);
    expect(await page.locator('.item textarea').first().inputValue()).toContain('此处');
    await button(page, '以这里的为准').click();
    await saved();
    expect(await page.locator('.item textarea').first().inputValue()).toContain('此处');
  });

  it('goes to what is missing before it is submitted', async () => {
    await page.locator('[data-part]').nth(2).focus();
    await press('j', 'k');
    const taken = await active();
    await page.locator('.item.active .option[aria-pressed=true]').press('Enter');
    await saved();
    await page.locator('[data-part]').first().focus();
    await press('Control+Enter');
    await page.getByText('还缺 1 处').waitFor();
    expect(await active()).toBe(taken);
    await page.locator('.item.active .lacks', { hasText: '请评这一项' }).waitFor();
    await expectAccessible(page);
    await press('1', 'Control+Enter');
    await stage(page, '已提交');
    expect(await button(page, '提交').count()).toBe(0);
    expect(await page.locator('.option:not(:disabled)').count()).toBe(0);
  });

  it('is sent, and answered by nobody who judged', async () => {
    await button(page, '送达').click();
    await stage(page, '已送达');
    expect(await button(page, '申诉').count()).toBe(0);
    await page.locator('.taken', { hasText: '可申诉至' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: SOUNDING }).click();
    await page.getByRole('tab', { name: '评分' }).click();
    await page.locator('.evaluations-of li', { hasText: '已送达' }).waitFor();
    await button(page, '评分').click();
    await page.getByRole('dialog').getByText('您已用这张计分卡评过这通会话').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '打开我的评分' }).click();
    await page.waitForURL((url) => url.pathname === path);
    expect(complaints).toEqual([]);
  });
});

describe('a draft', () => {
  it('without sound goes by its words, and is thrown away when asked twice', async () => {
    await go(page, '/conversations?state=judged&has_recording=false', '.list-row');
    await page.locator('.list-row a').first().click();
    await settled(page, '.turn');
    await button(page, '评分').click();
    await page.getByRole('dialog').getByRole('button', { name: '开始评分' }).click();
    await settled(page, '.item');
    await press('j', 'ArrowDown', 'ArrowDown', 'e');
    const read = await page.locator('.turn.heard .turn-time').textContent();
    expect((await page.locator('.item.active .moment').last().textContent())?.trim()).toBe(read);
    await saved();
    const draft = page.url();
    await button(page, '丢弃').click();
    await page.locator('.ant-popconfirm').getByRole('button', { name: '丢弃' }).click();
    await page.waitForURL(/\/evaluations$/);
    await page.goto(draft);
    await page.locator('.trouble').waitFor();
  });
});

describe('a result', () => {
  it('is seen by the agent, who appeals', async () => {
    const agent = await another('agent', await sounding());
    const own = await agent.newPage();
    const complained = complaintsOf(own);
    await go(own, '/evaluations', '.evaluation-row');
    expect(await own.locator('h1').textContent()).toBe('我的成绩');
    await own.locator('.evaluation-row', { hasText: SOUNDING }).click();
    await settled(own, '.wave-canvas > div');
    await button(own, '申诉').click();
    await own.getByLabel('申诉理由').fill('客户先挂断了');
    await own.getByLabel('申诉理由').press('Escape');
    await own.keyboard.press('ArrowRight');
    await own.keyboard.press('e');
    await own.locator('.ask .moment').waitFor();
    await expectAccessible(own);
    await own.locator('.ask').getByRole('button', { name: '申诉', exact: true }).click();
    await stage(own, '申诉中');
    await own.locator('.taken', { hasText: '客户先挂断了' }).waitFor();
    expect(complained).toEqual([]);
    await leave(agent);
  });

  it('is changed by a third, who judges anew', async () => {
    const supervisor = await another('supervisor', await sounding());
    const third = await supervisor.newPage();
    const complained = complaintsOf(third);
    await go(third, `/evaluations?stage=appealed`, '.evaluation-row');
    await third.locator('.evaluation-row', { hasText: SOUNDING }).click();
    await settled(third, '.item');
    await button(third, '改判').click();
    await third.getByLabel('改判的理由').fill('申诉成立');
    await third.locator('.ask').getByRole('button', { name: '改判', exact: true }).click();
    await stage(third, '草稿');
    await third.locator('.save-saved').waitFor();
    await third.locator('[data-part]').first().focus();
    await third.keyboard.press('Control+Enter');
    await stage(third, '已提交');
    await third.getByLabel('修订').click();
    await third.locator('.ant-select-item-option', { hasText: '第 1 版' }).click();
    await third.waitForURL(/revision=1/);
    await stage(third, '已改判');
    await third.locator('.taken', { hasText: '申诉成立' }).waitFor();
    expect(complained).toEqual([]);
    await leave(supervisor);
  });
});

describe.each([DESK, PHONE])('at $width pixels', (size) => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await somebody(browser, { size });
  });
  afterAll(() => leave(context));

  it.each(['the list', 'the desk'])('%s stands in both languages, light and dark', async (what) => {
    const there = what === 'the list' ? '.evaluation-row' : '.item';
    const one = await context.newPage();
    await go(one, what === 'the list' ? '/evaluations' : path, there);
    for (const language of LANGUAGES) {
      for (const theme of ['light', 'dark'] as const) {
        await turn(one, language, theme);
        await settled(one, there);
        await expectNoOverflow(one);
        await expectAccessible(one);
      }
    }
    await leave(one);
  });
});
