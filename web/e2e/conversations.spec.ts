import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, launch, open, PHONE, settled } from './browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe('the overview', () => {
  it('opens what stands behind a number', async () => {
    const { page } = await open(browser);
    await page.goto('/?period=all');
    await settled(page);
    const shown = (await page.locator('.reach-parts a b').first().textContent())!.replaceAll(',', '');
    await page.locator('.reach-parts a').first().click();
    await page.waitForURL(/state=judged/);
    await settled(page);
    const total = (await page.locator('.page-head .note').textContent())!.replace(/[^\d]/g, '');
    expect(total).toContain(shown);
  });

  it('keeps what is chosen in the address', async () => {
    const { page } = await open(browser);
    await page.goto('/');
    await page.getByRole('radio', { name: '全部' }).first().click();
    await page.waitForURL(/period=all/);
  });
});

describe('the list', () => {
  it('reads on while one scrolls, and draws only what is seen', async () => {
    const { page } = await open(browser);
    await page.goto('/conversations');
    await settled(page);
    const body = page.locator('.list-body');
    const before = await body.evaluate((element) => element.scrollHeight);
    const total = Number(await page.locator('[role=table]').getAttribute('aria-rowcount'));
    await body.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await page.waitForTimeout(1200);
    if (total > 100) expect(await body.evaluate((element) => element.scrollHeight)).toBeGreaterThan(before);
    expect(await page.locator('.list-row').count()).toBeLessThan(80);
  });

  it('filters by the address, and exports just that', async () => {
    const { page } = await open(browser);
    await page.goto('/conversations?direction=inbound&min_risk=10&sort=risk');
    await settled(page);
    const link = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
    expect(link).toContain('/api/v1/conversations.csv?');
    for (const part of ['direction=inbound', 'min_risk=10', 'sort=risk']) expect(link).toContain(part);
    await page.getByRole('button', { name: '清除筛选' }).click();
    await page.waitForURL((url) => !url.search.includes('min_risk'));
  });

  it('marks the words sought for', async () => {
    const { page } = await open(browser);
    await page.goto('/conversations');
    await settled(page);
    await page.getByPlaceholder('搜索对话内容').fill('您好');
    await page.waitForURL(/q=/);
    await page.locator('.snippet mark').first().waitFor();
    expect(await page.locator('.snippet mark').first().textContent()).toBe('您好');
    await page.locator('.snippet a').first().click();
    await page.waitForURL(/\/conversations\/[^?]+\?turn=\d+/);
  });

  it('keeps the columns that one chose', async () => {
    const { page } = await open(browser);
    await page.goto('/conversations');
    await settled(page);
    await page.getByRole('button', { name: '列', exact: true }).click();
    await page.getByRole('checkbox', { name: '队列' }).check();
    await page.reload();
    await settled(page);
    expect(await page.getByRole('columnheader', { name: '队列' }).count()).toBe(1);
  });

  it('keeps views under a name', async () => {
    const { page } = await open(browser);
    await page.goto('/conversations?state=failed');
    await settled(page);
    await page.getByRole('button', { name: '视图' }).click();
    await page.getByPlaceholder('视图名称').fill('失败的');
    await page.getByRole('button', { name: '保存' }).click();
    await page.goto('/conversations');
    await settled(page);
    await page.getByRole('button', { name: '视图' }).click();
    await page.getByRole('button', { name: '失败的', exact: true }).click();
    await page.waitForURL(/state=failed/);
  });

  it('goes by keys', async () => {
    const { page } = await open(browser);
    await page.goto('/conversations?state=judged');
    await settled(page);
    await page.locator('.list-body').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/conversations\/[0-9a-f-]+/);
  });
});

describe('a conversation', () => {
  const first = '/conversations?state=judged&has_recording=true&min_risk=1';

  it('plays, steps from finding to finding, and shows why', async () => {
    const { page, complaints } = await open(browser);
    await page.goto(first);
    await settled(page);
    await page.locator('.list-row').first().click();
    await page.locator('.play').waitFor();
    await page.locator('.wave-canvas > div').waitFor();
    await expectAccessible(page);
    await page.keyboard.press(']');
    await page.locator('.finding.chosen').waitFor();
    await page.locator('.finding.chosen .text-button').click();
    await page.locator('.finding.chosen .explanation p').first().waitFor();
    const clock = page.locator('.clock');
    await page.keyboard.press('ArrowRight');
    const was = await clock.textContent();
    await page.locator('h1').click();
    await page.keyboard.press(' ');
    await page.waitForFunction((text) => document.querySelector('.clock')?.textContent !== text, was, {
      timeout: 10_000,
    });
    await page.locator('.turn.heard').first().waitFor();
    await page.keyboard.press(' ');
    expect(complaints).toEqual([]);
  });

  it('says how a score came about', async () => {
    const { page } = await open(browser);
    await page.goto(first);
    await settled(page);
    await page.locator('.list-row').first().click();
    await page.locator('.score-tile.risk').click();
    const steps = await page.locator('.steps .after').allTextContents();
    const shown = await page.locator('.score-tile.risk b').textContent();
    expect(steps[0]).toBe('0');
    expect(steps.at(-1)).toBe(shown);
  });

  it('is linked to at any moment', async () => {
    const { page } = await open(browser);
    await page.goto(first);
    await settled(page);
    await page.locator('.list-row').first().click();
    await page.locator('.turn').nth(3).hover();
    await page.locator('.turn').nth(3).getByRole('button', { name: '复制此处的链接' }).click();
    await page.getByText('链接已复制').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/\/conversations\/[^?]+\?turn=3&t=[\d.]+$/);
    await page.goto(link);
    await page.locator('[data-turn="3"].flash').waitFor();
  });

  it('is masked until asked, and says when it is not', async () => {
    const { page } = await open(browser);
    await page.goto(first);
    await settled(page);
    await page.locator('.list-row').first().click();
    const asked = page.waitForRequest((request) => request.url().includes('unmask=true'));
    await page.getByRole('button', { name: '显示完整信息' }).click();
    await asked;
    await page.getByText('正在显示完整信息').waitFor();
    await page.getByRole('button', { name: '恢复遮盖' }).click();
    await page.getByRole('button', { name: '显示完整信息' }).waitFor();
  });

  it('fits a phone', async () => {
    const { page } = await open(browser, { size: PHONE });
    await page.goto(first);
    await settled(page);
    await page.locator('.list-row').first().click();
    await page.locator('.turn').first().waitFor();
    const wide = await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
    expect(wide).toBe(0);
    await page.getByRole('tab', { name: /发现/ }).click();
    await page.locator('.finding').first().waitFor();
    await expectAccessible(page);
  });
});
