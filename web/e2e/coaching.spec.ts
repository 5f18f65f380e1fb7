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
import { Client, signIn, until } from './client';

type Call = { id: string; external_id: string; agent: { id: string } | null };
type Item = { id: string; title: { zh: string }; options: { id: string; share?: number }[] };
type Evaluation = { id: string; form: { sections: { items: Item[] }[] } };

const CARD = 'market';
let browser: Browser;
let desk: BrowserContext;
let page: Page;
let own: Page;
let complaints: string[];
let judge: Client;
/** Two calls of one agent: what was wrong, and what came of it. */
let calls: Call[];
/** The item that failed. */
let failed: Item;
let cause: string;
/** Where the sheet is. */
let path: string;

/** Judges a call and sends the result: at its best, but for the first item where it failed. */
async function result(conversation: string, fails: boolean): Promise<string> {
  const begun = await judge.post<Evaluation>('/evaluations', { conversation, card: CARD, mode: 'recorded' });
  const items = begun.form.sections.flatMap((section) => section.items);
  failed = items[0]!;
  const answers = items.map((item, at) => {
    const best = [...item.options].sort((one, other) => (other.share ?? 1) - (one.share ?? 1));
    const option = fails && at === 0 ? best.at(-1)! : best[0]!;
    const evidence = [{ turn: 0, start_ms: 0, end_ms: 1000 }];
    return [item.id, { choice: { option: option.id }, comment: '没有报出公司名称', evidence }];
  });
  await judge.act(begun.id, 'sheet', { answers: Object.fromEntries(answers), remarks: [] });
  await judge.act(begun.id, 'submit', {});
  await judge.act(begun.id, 'send', {});
  return begun.id;
}

const kept = (name: string, password: string) => until(`${name} signs in`, () => signIn(inject('url'), name, password));
const button = (at: Page, name: string) => at.getByRole('button', { name, exact: true });
const stage = (at: Page, name: string) => at.locator('.conversation-title .state', { hasText: name }).waitFor();

beforeAll(async () => {
  browser = await launch();
  const admin = await Client.of(inject('url'), inject('kept'));
  const { items } = await admin.get<{ items: Call[] }>('/conversations', { state: 'judged', limit: 200 });
  const of = (agent?: string) => items.filter((call) => agent !== undefined && call.agent?.id === agent);
  calls = of(items.find((call) => of(call.agent?.id).length > 1)?.agent?.id).slice(-2);
  const people = { coach: ['quality_manager'], judge: ['quality_manager'], agent: ['agent'] };
  const there = Object.entries(people).map(async ([name, posts]) => {
    const user = `coaching-${name}-${Date.now()}`;
    const agent = name === 'agent' ? calls[0]!.agent!.id : null;
    const made = { name: user, display_name: name, posts, projects: [], teams: [], agent };
    const { password } = await admin.post<{ password: string }>('/users', made);
    return kept(user, password);
  });
  const [coach, judges, agent] = await Promise.all(there);
  judge = await Client.of(inject('url'), judges!);
  cause = await result(calls[0]!.id, true);
  desk = await somebody(browser, { kept: coach });
  page = await desk.newPage();
  complaints = complaintsOf(page);
  own = await (await somebody(browser, { kept: agent })).newPage();
  await admin.close();
});
afterAll(async () => {
  await judge.close();
  await browser.close();
});

describe('a serious problem', () => {
  it('becomes a coaching sheet, about the items that failed', async () => {
    await go(page, `/evaluations/${cause}`, '.item');
    await button(page, '辅导').click();
    const asked = page.getByRole('dialog');
    await asked.locator('.ant-select-selection-item', { hasText: failed.title.zh }).waitFor();
    await expectAccessible(page);
    await asked.getByRole('button', { name: '开始填写' }).click();
    await page.waitForURL(/\/coaching\/[0-9a-f-]{36}$/);
    path = new URL(page.url()).pathname;
    await stage(page, '草稿');
    expect(await page.getByLabel('问题', { exact: true }).inputValue()).toBe('没有报出公司名称');
    expect(await page.locator('.moment').count()).toBe(1);
  });

  it('is put before the agent whole, or not at all', async () => {
    await button(page, '交坐席签字').click();
    await page.getByText('还缺：原因').waitFor();
    await expectAccessible(page);
    await page.getByLabel('原因', { exact: true }).fill('话术不熟');
    await page.getByLabel('辅导内容', { exact: true }).fill('一起听了录音');
    await page.getByLabel('改进约定', { exact: true }).fill('每通先报公司名称');
    await page.getByLabel('完成期限', { exact: true }).fill('2099-01-01');
    await button(page, '保存').click();
    await page.getByText('未保存').waitFor({ state: 'detached' });
    await button(page, '交坐席签字').click();
    await stage(page, '待签字');
    expect(await page.locator('.form-scroll textarea').count()).toBe(0);
  });

  it('is disputed by the agent, held again, and signed', async () => {
    await go(own, '/coaching', '.evaluation-row');
    expect(await own.locator('h1').textContent()).toBe('我的辅导');
    await own.locator('.evaluation-row a').first().click();
    await settled(own, '.turn');
    await button(own, '提出异议').click();
    await own.getByLabel('异议理由').fill('开头报过公司名称');
    await expectAccessible(own);
    await own.locator('.ask').getByRole('button', { name: '提出异议' }).click();
    await stage(own, '有异议');
    // The coach sees it by itself.
    await stage(page, '有异议');
    await page.getByLabel('问题', { exact: true }).fill('公司名称报得太快');
    await button(page, '交坐席签字').click();
    await stage(page, '待签字');
    await stage(own, '待签字');
    await own.getByText('公司名称报得太快').waitFor();
    await button(own, '签字').click();
    await own.getByLabel('签字意见（可不填）').fill('明白了');
    await own.locator('.ask').getByRole('button', { name: '签字' }).click();
    await stage(own, '已签字');
    await stage(page, '已签字');
    await page.locator('.taken', { hasText: '明白了' }).waitFor();
  });

  it('is listened for again, and closed with what came of it', async () => {
    await result(calls[1]!.id, false);
    await button(page, '复听').click();
    await page.getByLabel('之后的一份评分').click();
    await page.locator('.ant-select-item-option', { hasText: calls[1]!.external_id }).click();
    await page.locator('.ask').getByRole('button', { name: '复听' }).click();
    await stage(page, '已复听');
    const row = page.locator('.coaching-figures tr', { hasText: failed.title.zh });
    const cells = await row.locator('td').allTextContents();
    expect(cells).toHaveLength(3);
    expect(cells[1]).not.toBe(cells[2]);
    await button(page, '关闭').click();
    await page.getByLabel('效果', { exact: true }).click();
    await page.locator('.ant-select-item-option', { hasText: '有改善' }).click();
    await page.getByLabel('效果说明').fill('开场清楚');
    await expectAccessible(page);
    await page.locator('.ask').getByRole('button', { name: '关闭' }).click();
    await stage(page, '已关闭');
    await stage(own, '已关闭');
    expect(complaints).toEqual([]);
  });
});

describe.each([DESK, PHONE])('at $width pixels', (size) => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await somebody(browser, { size });
  });
  afterAll(() => leave(context));

  it.each(['the list', 'the sheet'])('%s stands in both languages, light and dark', async (what) => {
    const there = what === 'the list' ? '.evaluation-row' : '.coaching-part';
    const one = await context.newPage();
    await go(one, what === 'the list' ? '/coaching' : path, there);
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
