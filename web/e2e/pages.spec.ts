import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESK, expectAccessible, expectNoOverflow, LANGUAGES, launch, open, PHONE, settled } from './browser';

const PAGES = [
  ['/?period=all', { 'zh-CN': '质检概览', en: 'Overview' }],
  ['/conversations', { 'zh-CN': '会话', en: 'Conversations' }],
  ['/work', { 'zh-CN': '任务队列', en: 'Work queue' }],
  ['/rules', { 'zh-CN': '规则', en: 'Rules' }],
  ['/admin/users', { 'zh-CN': '用户', en: 'Users' }],
  ['/admin/places', { 'zh-CN': '项目与人员', en: 'Places, people' }],
  ['/admin/audit', { 'zh-CN': '审计日志', en: 'Audit trail' }],
  ['/admin/sessions', { 'zh-CN': '登录记录', en: 'Sessions' }],
  ['/admin/tokens', { 'zh-CN': '访问令牌', en: 'Tokens' }],
] as const;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each(LANGUAGES)('in %s', (language) => {
  describe.each([
    ['on a desk', DESK, 'light'],
    ['on a desk, dark', DESK, 'dark'],
    ['on a phone', PHONE, 'light'],
  ] as const)('%s', (_, size, theme) => {
    it.each(PAGES)('%s stands', async (path, titles) => {
      const { page, complaints } = await open(browser, { language, size, theme });
      await page.goto(path);
      await settled(page);
      expect((await page.locator('h1').first().textContent())?.trim()).toBe(titles[language]);
      await expectNoOverflow(page);
      await expectAccessible(page);
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  });
});

describe('the way about', () => {
  it.each(LANGUAGES)('is named in %s', async (language) => {
    const { page } = await open(browser, { language });
    await page.goto('/rules');
    await settled(page);
    expect(await page.locator('.side nav').ariaSnapshot()).toMatchSnapshot();
  });

  it('changes language and colours where one stands', async () => {
    const { page } = await open(browser);
    await page.goto('/rules');
    await settled(page);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Rules', exact: true }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.getByRole('button', { name: /^Appearance/ }).click();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  });

  it('opens from a drawer on a phone', async () => {
    const { page } = await open(browser, { size: PHONE });
    await page.goto('/rules');
    await settled(page);
    await page.getByRole('button', { name: '打开导航' }).click();
    await page.getByRole('link', { name: '会话', exact: true }).click();
    await page.waitForURL(/\/conversations$/);
    expect(await page.locator('dialog.drawer').evaluate((drawer) => (drawer as HTMLDialogElement).open)).toBe(false);
  });

  it('says so where nothing is', async () => {
    const { page } = await open(browser);
    await page.goto('/conversations/00000000-0000-7000-8000-000000000000');
    await page.getByText('没有找到，或不在您的数据范围内。').waitFor();
  });
});
