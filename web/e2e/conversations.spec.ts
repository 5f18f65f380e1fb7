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
} from './browser';

let browser: Browser;
let desk: BrowserContext;
let page: Page;
beforeAll(async () => {
  browser = await launch();
  desk = await somebody(browser);
  page = await desk.newPage();
});
afterAll(() => browser.close());

const ROW = '.list-row';

describe('the overview', () => {
  it('opens what stands behind a number', async () => {
    await go(page, '/?period=all', '.chart canvas');
    const part = page.locator('.reach-parts a').first();
    const shown = await part.locator('b').textContent();
    await part.click();
    await page.waitForURL(/state=judged/);
    await settled(page, ROW);
    await page.locator('.page-head .note').getByText(`共 ${shown} 通`, { exact: true }).waitFor();
  });

  it('opens a day, which holds as many as it counts', async () => {
    await go(page, '/?period=all', '.chart canvas');
    // A day is a point in the chart: the first stands at its left edge.
    const box = (await page.locator('.chart canvas').boundingBox())!;
    await page.mouse.click(box.x + 70, box.y + box.height / 2);
    await page.waitForURL(/from=\d{4}-\d{2}-\d{2}&to=/);
    await settled(page, ROW);
    const from = new URL(page.url()).searchParams.get('from')!;
    const { days } = await page.evaluate(async () => (await (await fetch('/api/v1/overview')).json()) as Days);
    const counted = days.find(({ day }) => day === from)!.conversations;
    await page.locator('.page-head .note').getByText(`共 ${counted} 通`, { exact: true }).waitFor();
  });

  it('keeps what is chosen in the address', async () => {
    await go(page, '/', '.page-head');
    await page.getByRole('radio', { name: '全部' }).first().click();
    await page.waitForURL(/period=all/);
  });
});

type Days = { days: { day: string; conversations: number }[] };

describe('the list', () => {
  it('reads on while one scrolls, and draws only what is seen', async () => {
    await go(page, '/conversations', ROW);
    const total = Number(await page.locator('[role=table]:not([aria-rowcount="-1"])').getAttribute('aria-rowcount'));
    expect(total).toBeGreaterThan(100);
    const body = page.locator('.list-body');
    await expect
      .poll(async () => {
        await body.evaluate((element) => element.scrollTo(0, element.scrollHeight));
        return page.getByText('没有更多了').count();
      })
      .toBe(1);
    await page.locator(`${ROW}[aria-rowindex="${total}"]`).waitFor();
    expect(await page.locator(ROW).count()).toBeLessThan(80);
  });

  it('filters by the address, and exports just that', async () => {
    await go(page, '/conversations?direction=inbound&min_risk=10&sort=risk', ROW);
    const link = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
    expect(link).toContain('/api/v1/conversations.csv?');
    for (const part of ['direction=inbound', 'min_risk=10', 'sort=risk']) expect(link).toContain(part);
    await page.getByRole('button', { name: '清除筛选' }).click();
    await page.waitForURL((url) => !url.search.includes('min_risk'));
  });

  it('marks the words sought for, and opens where they stand', async () => {
    await go(page, '/conversations', ROW);
    await page.getByPlaceholder('搜索对话内容').fill('您好');
    await page.waitForURL(/q=/);
    expect(await page.locator('.snippet mark').first().textContent()).toBe('您好');
    await page.locator('.snippet a').first().click();
    await page.waitForURL(/\/conversations\/[^?]+\?turn=\d+/);
  });

  it('keeps the columns that one chose', async () => {
    await go(page, '/conversations', ROW);
    await page.getByRole('button', { name: '列', exact: true }).click();
    await page.getByRole('checkbox', { name: '队列' }).check();
    await page.reload();
    await settled(page, ROW);
    expect(await page.getByRole('columnheader', { name: '队列' }).count()).toBe(1);
  });

  it('keeps views under a name', async () => {
    await go(page, '/conversations?state=waiting', ROW);
    await page.getByRole('button', { name: '视图' }).click();
    await page.getByPlaceholder('视图名称').fill('等待的');
    await page.getByRole('button', { name: '保存' }).click();
    await page.locator('.views li').filter({ hasText: '等待的' }).waitFor();
    await go(page, '/conversations', ROW);
    await page.getByRole('button', { name: '视图' }).click();
    await page.getByRole('button', { name: '等待的', exact: true }).click();
    await page.waitForURL(/state=waiting/);
  });

  it('goes by keys', async () => {
    await go(page, '/conversations?state=judged', ROW);
    await page.locator('.list-body').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.locator(`${ROW}.active[aria-rowindex="2"]`).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/conversations\/[0-9a-f-]+/);
  });
});

describe('a conversation', () => {
  const open = (there: string) => go(page, `/conversations/${inject('sounding')}`, there);

  it('plays, steps from finding to finding, and shows why', async () => {
    const complaints = complaintsOf(page);
    await open('.wave-canvas > div');
    await page.keyboard.press(']');
    const chosen = page.locator('.finding.chosen');
    await chosen.locator('.text-button').click();
    await chosen.locator('.explanation p').first().waitFor();
    const clock = page.locator('.clock');
    const [before] = [await clock.textContent()];
    await page.locator('h1').click();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => clock.textContent()).not.toBe(before);
    const stood = await clock.textContent();
    await page.keyboard.press(' ');
    await expect.poll(() => clock.textContent()).not.toBe(stood);
    await page.locator('.turn.heard').first().waitFor();
    await page.keyboard.press(' ');
    expect(complaints).toEqual([]);
  });

  it('says how a score came about, by the names of the rules', async () => {
    await open('.score-tile');
    await page.locator('.score-tile.risk').click();
    const steps = await page.locator('.steps .after').allTextContents();
    expect(steps.length).toBeGreaterThan(1);
    expect(steps[0]).toBe('0');
    expect(steps.at(-1)).toBe(await page.locator('.score-tile.risk b').textContent());
    for (const name of await page.locator('.steps li:not(.first) > span:first-child').allTextContents()) {
      expect(name).toMatch(/\p{Script=Han}/u);
    }
  });

  it('names the rules that could not be judged', async () => {
    const id = inject('sounding');
    const found = await page.evaluate(
      async (address) => (await (await fetch(address)).json()) as Unjudged,
      `/api/v1/conversations/${id}`,
    );
    await open('.finding');
    expect(await page.locator('.unjudged li > span:first-child').allTextContents()).toEqual(
      found.judgement.unjudged.map(({ title }) => title.zh),
    );
  });

  it('is linked to at any moment', async () => {
    await open('.turn');
    await page.locator('.turn').nth(3).hover();
    await page.locator('.turn').nth(3).getByRole('button', { name: '复制此处的链接' }).click();
    await page.getByText('链接已复制').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/\/conversations\/[^?]+\?turn=3&t=[\d.]+$/);
    await page.goto(link);
    await page.locator('[data-turn="3"].flash').waitFor({ state: 'attached' });
  });

  it('is masked until asked, and says when it is not', async () => {
    await open('.turn');
    const asked = page.waitForRequest((request) => request.url().includes('unmask=true'));
    await page.getByRole('button', { name: '显示完整信息' }).click();
    await asked;
    await page.getByText('正在显示完整信息').waitFor();
    await page.getByRole('button', { name: '恢复遮盖' }).click();
    await page.getByRole('button', { name: '显示完整信息' }).waitFor();
  });

  it('shows its findings on a phone', async () => {
    const phone = await somebody(browser, { size: PHONE });
    const held = await phone.newPage();
    await go(held, `/conversations/${inject('sounding')}`, '.turn');
    await held.getByRole('tab', { name: /发现/ }).click();
    await held.locator('.finding').first().waitFor();
    await expectNoOverflow(held);
    await expectAccessible(held);
    await leave(phone);
  });
});

type Unjudged = { judgement: { unjudged: { title: { zh: string } }[] } };
