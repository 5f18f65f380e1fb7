import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  complaintsOf,
  expectAccessible,
  expectNoOverflow,
  go,
  launch,
  leave,
  PHONE,
  settled,
  somebody,
  turn,
} from './browser';
import { Client, signIn, until } from './client';

type Item = {
  id: string;
  title: { zh: string };
  asked_when?: object;
  options: { id: string; share?: number }[];
};
type Evaluation = { id: string; form: { sections: { items: Item[] }[] } };

const INSPECTOR = '罗记';
let browser: Browser;
let desk: BrowserContext;
let page: Page;
let complaints: string[];
/** The item that is done badly. */
let fault: Item;

beforeAll(async () => {
  browser = await launch();
  desk = await somebody(browser);
  page = await desk.newPage();
  complaints = complaintsOf(page);
  const admin = await Client.of(inject('url'), inject('kept'));
  const rows = await admin.get<{ items: { id: string }[] }>('/conversations', { state: 'judged', limit: 50 });
  const user = `results-${Date.now()}`;
  const made = { name: user, display_name: INSPECTOR, posts: ['quality_manager'] };
  const { password } = await admin.post<{ password: string }>('/users', made);
  const kept = await until('they sign in', () => signIn(inject('url'), user, password));
  const client = await Client.of(inject('url'), kept);
  for (const [place, { id: conversation }] of rows.items.slice(-3).entries()) {
    const begun = await client.post<Evaluation>('/evaluations', { conversation, card: 'market', mode: 'recorded' });
    const items = begun.form.sections.flatMap((section) => section.items);
    fault = items.find((item) => !item.asked_when && item.options.some(({ share }) => share === 0))!;
    const answers = items.map((item) => {
      const best = [...item.options].sort((one, other) => (other.share ?? 1) - (one.share ?? 1));
      const option = item.id === fault.id && place === 0 ? best.at(-1)! : best[0]!;
      const evidence = [{ turn: 0, start_ms: 0, end_ms: 1000 }];
      return [item.id, { choice: { option: option.id }, comment: '听录音核对过', evidence }];
    });
    await client.act(begun.id, 'sheet', { answers: Object.fromEntries(answers), remarks: [] });
    await client.act(begun.id, 'submit', {});
    if (place === 0) await client.act(begun.id, 'send', {});
  }
  await client.close();
  await admin.close();
});
afterAll(() => browser.close());

describe('results', () => {
  it('say how well, how sure, and what is done badly most', async () => {
    await go(page, '/results?card=market', '.results-facts');
    await settled(page, '.results-faults tbody tr');
    expect(await page.locator('.results-facts').textContent()).toMatch(/平均分\d+(\.\d)? ± \d+/);
    // Others may have judged on this card too.
    const row = page.locator(`.results-faults tbody tr[data-item="${fault.id}"]`);
    expect(await row.textContent()).toContain(fault.title.zh);
    expect(await row.textContent()).toMatch(/\d+%/);
    const inspector = page.locator('.results-inspectors tbody tr', { hasText: INSPECTOR });
    expect(await inspector.textContent()).toMatch(/^罗记3/);
    expect(await inspector.textContent()).toContain('100%');
    await expectNoOverflow(page);
    await expectAccessible(page);
  });

  it('are those of another card, and of a project', async () => {
    await page.getByLabel('计分卡', { exact: true }).click();
    await page.locator('.ant-select-item-option', { hasText: '监听检查表' }).click();
    await page.waitForURL(/card=listening-checklist/);
    await page.getByText('这段时间没有用这份计分卡提交的评分。').waitFor();
    await expectAccessible(page);
  });

  it('fit a phone, in English and in the dark', async () => {
    const context = await somebody(browser, { size: PHONE, language: 'en' });
    const phone = await context.newPage();
    await go(phone, '/results?card=market', '.results-faults tbody tr');
    for (const theme of ['light', 'dark'] as const) {
      await turn(phone, 'en', theme);
      await expectNoOverflow(phone);
      await expectAccessible(phone);
    }
    await leave(context);
    expect(complaints).toEqual([]);
  });
});
