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

type Evaluation = {
  id: string;
  form: { sections: { items: { id: string; options: { id: string; share?: number }[] }[] }[] };
};

const CARD = 'mining';
const [STRICT, LENIENT] = ['何严', '沈宽'];
let browser: Browser;
let desk: BrowserContext;
let page: Page;
let complaints: string[];
/** The item that the two see differently. */
let disputed: string;

/** Judges calls at their best but for the first item of the card, which is answered so. */
async function judge(client: Client, calls: string[], worst: (place: number) => boolean): Promise<void> {
  for (const [place, conversation] of calls.entries()) {
    const begun = await client.post<Evaluation>('/evaluations', { conversation, card: CARD, mode: 'recorded' });
    const items = begun.form.sections.flatMap((section) => section.items);
    disputed = items[0]!.id;
    const answers = items.map((item, at) => {
      const best = [...item.options].sort((one, other) => (other.share ?? 1) - (one.share ?? 1));
      const option = at === 0 && worst(place) ? best.at(-1)! : best[0]!;
      const evidence = [{ turn: 0, start_ms: 0, end_ms: 1000 }];
      return [item.id, { choice: { option: option.id }, comment: '听录音核对过', evidence }];
    });
    await client.act(begun.id, 'sheet', { answers: Object.fromEntries(answers), remarks: [] });
    await client.act(begun.id, 'submit', {});
  }
}

beforeAll(async () => {
  browser = await launch();
  desk = await somebody(browser);
  page = await desk.newPage();
  complaints = complaintsOf(page);
  const admin = await Client.of(inject('url'), inject('kept'));
  const rows = await admin.get<{ items: { id: string }[] }>('/conversations', { state: 'judged', limit: 60 });
  const calls = rows.items.slice(-4).map((row) => row.id);
  for (const [place, name] of [STRICT, LENIENT].entries()) {
    const user = `agreement-${place}-${Date.now()}`;
    const made = { name: user, display_name: name, posts: ['quality_manager'] };
    const { password } = await admin.post<{ password: string }>('/users', made);
    const kept = await until('they sign in', () => signIn(inject('url'), user, password));
    const client = await Client.of(inject('url'), kept);
    // The strict one finds fault with the first two calls, the lenient one with the first alone.
    await judge(client, calls, (call) => call < 2 - place);
    await client.close();
  }
  await admin.close();
});
afterAll(() => browser.close());

describe('agreement', () => {
  it('stands beside what people do, for who answers for quality', async () => {
    await go(page, '/evaluations', '.evaluation-row');
    await page.locator('.side nav').getByRole('link', { name: '评分一致性' }).click();
    await settled(page, '.agreement-facts');
    await page.getByLabel('计分卡', { exact: true }).click();
    await page.locator('.ant-select-item-option', { hasText: '客户挖掘类' }).click();
    await page.waitForURL(/card=mining/);
    await settled(page, '.agreement-facts dd.big');
    await page.locator('.agreement-facts div', { hasText: /^双人以上评分的会话4$/ }).waitFor();
  });

  it('puts first what people dispute, with its interval', async () => {
    const first = page.locator('.agreement-items tbody tr').first();
    expect(await first.getAttribute('data-item')).toBe(disputed);
    expect(await first.textContent()).toContain('75%');
    await page.getByRole('checkbox', { name: '分歧大的在前' }).uncheck();
    await expectAccessible(page);
    await expectNoOverflow(page);
  });

  it('says who is lenient, and beside whom', async () => {
    const row = (name: string) => page.locator('.agreement-inspectors tbody tr', { hasText: name });
    expect(await row(LENIENT).textContent()).toMatch(/\+\d/);
    expect(await row(STRICT).textContent()).toMatch(/−\d/);
    await page.getByLabel('标准评分人', { exact: true }).click();
    await page.locator('.ant-select-item-option', { hasText: STRICT }).click();
    await page.waitForURL(/reference=/);
    await page.getByRole('columnheader', { name: '与标准之差' }).waitFor();
    expect(await row(STRICT).count()).toBe(0);
  });

  it('fits a phone, in English and in the dark', async () => {
    const context = await somebody(browser, { size: PHONE, language: 'en' });
    const phone = await context.newPage();
    await go(phone, '/agreement?card=mining', '.agreement-items tbody tr');
    for (const theme of ['light', 'dark'] as const) {
      await turn(phone, 'en', theme);
      await expectNoOverflow(phone);
      await expectAccessible(phone);
    }
    await leave(context);
    expect(complaints).toEqual([]);
  });
});
