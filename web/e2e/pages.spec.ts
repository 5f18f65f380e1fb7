import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  complaintsOf,
  expectAccessible,
  expectNoOverflow,
  go,
  LANGUAGES,
  launch,
  leave,
  PHONE,
  settled,
  somebody,
  told,
  turn,
} from './browser';
import { SOUNDING } from './calls';

/** Each with what is there once it is whole, and what it is called. */
const PAGES = [
  ['/?period=all', '.chart canvas', { 'zh-CN': '质检概览', en: 'Overview' }],
  ['/conversations', '.list-row', { 'zh-CN': '会话', en: 'Conversations' }],
  ['/conversations/sounding', '.wave-canvas > div', { 'zh-CN': SOUNDING, en: SOUNDING }],
  ['/work?state=waiting', 'tbody tr', { 'zh-CN': '任务队列', en: 'Work queue' }],
  ['/rules', '.rule-list > li', { 'zh-CN': '规则', en: 'Rules' }],
  ['/rules/zh-outbound', '.problems > p.good', { 'zh-CN': '外呼规则', en: 'Outbound rules' }],
  ['/scorecards', 'tbody tr', { 'zh-CN': '计分卡', en: 'Scorecards' }],
  ['/scorecards/care', '.card-section li', { 'zh-CN': '客户关怀类计分卡', en: 'Customer care' }],
  ['/draws/new', '.draw-form', { 'zh-CN': '安排抽检', en: 'New draw' }],
  ['/admin/users', 'tbody tr', { 'zh-CN': '用户', en: 'Users' }],
  ['/admin/places', 'tbody tr', { 'zh-CN': '项目与人员', en: 'Places, people' }],
  ['/intake', '.intake-drop', { 'zh-CN': '导入通话', en: 'Bring in calls' }],
  ['/admin/webhooks', '.nothing, tbody tr', { 'zh-CN': 'Webhook 推送', en: 'Webhooks' }],
  ['/admin/audit', 'tbody tr', { 'zh-CN': '审计日志', en: 'Audit trail' }],
  ['/admin/sessions', 'tbody tr', { 'zh-CN': '登录记录', en: 'Sessions' }],
  ['/account', '.account-form', { 'zh-CN': '密码与登录', en: 'Password, sign-in' }],
  ['/admin/tokens', '.nothing, tbody tr', { 'zh-CN': '访问令牌', en: 'Tokens' }],
] as const;

/** A page is loaded once on a desk and once on a phone, and then turned from one look to the next. */
const LOOKS = [
  ['on a desk', 'zh-CN', 'light'],
  ['on a desk', 'zh-CN', 'dark'],
  ['on a desk', 'en', 'dark'],
  ['on a desk', 'en', 'light'],
  ['on a phone', 'zh-CN', 'light'],
  ['on a phone', 'zh-CN', 'dark'],
  ['on a phone', 'en', 'light'],
] as const;

let browser: Browser;
let contexts: Record<'on a desk' | 'on a phone', BrowserContext>;
beforeAll(async () => {
  browser = await launch();
  contexts = { 'on a desk': await somebody(browser), 'on a phone': await somebody(browser, { size: PHONE }) };
});
afterAll(() => browser.close());

describe.each(PAGES)('%s', (path, there, titles) => {
  const opened: { where?: string; page?: Page; complaints?: string[] } = {};
  const at = async (where: keyof typeof contexts) => {
    if (opened.where !== where) {
      await leave(opened.page);
      const page = await contexts[where].newPage();
      Object.assign(opened, { where, page, complaints: complaintsOf(page) });
      await go(page, path.replace('sounding', inject('sounding')), there);
    }
    return { page: opened.page!, complaints: opened.complaints! };
  };
  afterAll(() => leave(opened.page));

  it.each(LOOKS)('stands %s, in %s, %s', async (where, language, theme) => {
    const { page, complaints } = await at(where);
    await turn(page, language, theme);
    await settled(page, there);
    expect((await page.locator('h1').first().textContent())?.trim()).toBe(titles[language]);
    await expectNoOverflow(page);
    await expectAccessible(page);
    if (theme === 'light') expect(await told(page)).toMatchSnapshot();
    expect(complaints).toEqual([]);
  });
});

describe('the way about', () => {
  it.each(LANGUAGES)('is named in %s', async (language) => {
    const page = await contexts['on a desk'].newPage();
    await go(page, '/rules', '.rule-list > li');
    await turn(page, language, 'light');
    expect(await page.locator('.side nav').ariaSnapshot()).toMatchSnapshot();
    await leave(page);
  });

  it('changes language and colours where one stands, and keeps them', async () => {
    const context = await somebody(browser);
    const page = await context.newPage();
    await go(page, '/rules', '.rule-list > li');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Rules', exact: true }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    const appearance = page.getByRole('button', { name: /^Appearance/ });
    await appearance.click();
    await page.locator('html[data-theme="light"]').waitFor();
    await appearance.click();
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.reload();
    await page.locator('html[data-theme="dark"]').waitFor();
    await leave(context);
  });

  it('opens from a drawer on a phone', async () => {
    const page = await contexts['on a phone'].newPage();
    await go(page, '/rules', '.rule-list > li');
    await page.getByRole('button', { name: '打开导航' }).click();
    await page.getByRole('link', { name: '会话', exact: true }).click();
    await page.waitForURL(/\/conversations$/);
    expect(await page.locator('dialog.drawer').evaluate((drawer) => (drawer as HTMLDialogElement).open)).toBe(false);
    await leave(page);
  });

  it('says so where nothing is', async () => {
    const page = await contexts['on a desk'].newPage();
    await go(page, '/conversations/00000000-0000-7000-8000-000000000000', '.trouble');
    expect(await page.locator('.trouble b').textContent()).toBe('没有找到，或不在您的数据范围内。');
    await leave(page);
  });
});
