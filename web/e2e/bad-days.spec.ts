import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { complaintsOf, expectAccessible, go, launch, leave, settled, somebody } from './browser';
import { HOSTILE } from './calls';
import { Client } from './client';

let browser: Browser;
let desk: BrowserContext;
let other: Client;
beforeAll(async () => {
  browser = await launch();
  desk = await somebody(browser);
  other = await Client.of(inject('url'), inject('kept'));
});
afterAll(async () => {
  await other.close();
  await browser.close();
});

describe('an old page after an update', () => {
  /** As a server of the next version answers for files of this one. */
  const gone = { status: 404, body: 'there is no such file; load the page again' };

  it('says that a part is gone, and comes back by a click', async () => {
    const page = await desk.newPage();
    await go(page, '/work', '.work-items');
    await page.route(/\/assets\/Rules-.*\.js$/, (route) => route.fulfill(gone));
    await page.getByRole('link', { name: '规则', exact: true }).click();
    await page.getByText('页面可能已经更新').waitFor();
    expect(await page.locator('.side nav').isVisible()).toBe(true);
    await expectAccessible(page);
    await page.unrouteAll();
    await page.getByRole('button', { name: '重新载入页面' }).click();
    await settled(page, '.rule-list > li');
    await leave(page);
  });

  it('keeps its language where the other one is gone, and says why', async () => {
    const page = await desk.newPage();
    const complaints = complaintsOf(page);
    await go(page, '/work', '.work-items');
    await page.route(/\/assets\/en-.*\.js$/, (route) => route.fulfill(gone));
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('.toasts').getByText('页面可能已经更新').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('is no white screen even where nothing of it is left', async () => {
    const page = await desk.newPage();
    await page.route(/\/assets\/.*\.js$/, (route) => route.fulfill(gone));
    await page.goto('/work');
    await page.getByText('页面没有载入').waitFor();
    await page.unrouteAll();
    await page.getByRole('link', { name: '重新载入' }).click();
    await settled(page, '.work-items');
    await leave(page);
  });
});

describe('a call that means ill', () => {
  const nothingRan = async (page: Page) => {
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.locator('main img[src="x"], main iframe, main script').count()).toBe(0);
  };

  it('is text in the list', async () => {
    const page = await desk.newPage();
    await go(page, '/conversations?has_recording=true&state=judged', '.list-row');
    await page.locator('.list-row', { hasText: HOSTILE.agent }).waitFor();
    await nothingRan(page);
    await page.getByPlaceholder('搜索对话内容').fill('onerror');
    await page.locator('.snippet mark').first().waitFor();
    expect(await page.locator('.snippet').first().textContent()).toContain('<img src=x onerror="');
    await nothingRan(page);
    await leave(page);
  });

  it('is text where it is read, its recording bears its name, and nothing runs', async () => {
    const page = await desk.newPage();
    const complaints = complaintsOf(page);
    await go(page, `/conversations/${inject('hostile')}`, '.wave-canvas > div');
    expect(await page.locator('h1').textContent()).toBe(HOSTILE.id);
    await page.locator('.turn', { hasText: HOSTILE.said }).waitFor();
    await page.locator('.facts', { hasText: HOSTILE.queue }).waitFor();
    await page.getByRole('tab', { name: '随路信息' }).click();
    await page.getByText(`${HOSTILE.id}.opus`).waitFor();
    await nothingRan(page);
    const file = page.getByRole('link', { name: '录音' });
    expect(await file.getAttribute('download')).toBe(`${HOSTILE.id}.opus`);
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('is text on the overview and among the people', async () => {
    const page = await desk.newPage();
    await go(page, '/?period=all', '.chart canvas');
    await nothingRan(page);
    await go(page, '/admin/places?show=agents', 'tbody tr');
    await page.locator('tr', { hasText: HOSTILE.number }).waitFor();
    await nothingRan(page);
    await leave(page);
  });
});

describe('two people who change the same', () => {
  it('are told, and offered how it stands now', async () => {
    const name = `two-${Date.now()}`;
    const draft = { name, display_name: '张三', posts: ['agent'], projects: [], teams: [], agent: null };
    const { id } = await other.post<{ id: string }>('/users', draft);
    const page = await desk.newPage();
    await go(page, '/admin/users', 'tbody tr');
    await page.locator('tr', { hasText: name }).getByRole('button').click();
    const shown = page.locator('#user-display');
    await expect.poll(() => shown.inputValue()).toBe('张三');
    await other.change(`/users/${id}`, { ...draft, display_name: '张三丰', disabled: false });
    await shown.fill('张三一');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('内容已被他人修改').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: '重新载入' }).click();
    await expect.poll(() => shown.inputValue()).toBe('张三丰');
    await shown.fill('张三一');
    await page.getByRole('button', { name: '保存' }).click();
    await page.locator('tr', { hasText: '张三一' }).waitFor();
    await leave(page);
  });
});
