import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectAccessible, expectNoOverflow, launch, PHONE, somebody, turn } from './browser';

let browser: Browser;
let stranger: BrowserContext;
let page: Page;
beforeAll(async () => {
  browser = await launch();
  stranger = await somebody(browser, { signedIn: false });
  page = await stranger.newPage();
});
afterAll(() => browser.close());

async function signIn(): Promise<void> {
  await page.locator('#name').fill(inject('user'));
  await page.locator('#password').fill(inject('password'));
  await page.keyboard.press('Enter');
}

describe('signing in', () => {
  it.each([
    ['zh-CN', '用户名或密码不正确。'],
    ['en', 'The name or the password is wrong.'],
  ] as const)('says in %s what is wrong', async (language, words) => {
    await page.goto('/sign-in');
    await page.locator('#name').waitFor();
    await turn(page, language, 'light');
    await page.locator('#name').fill(`nobody-${Date.now()}`);
    await page.locator('#password').fill('not the password');
    await page.locator('button[type=submit]').click();
    await page.getByText(words).waitFor();
    await expectAccessible(page);
  });

  it('keeps what is typed before the words of the controls have come', async () => {
    let asked = 0;
    let come = () => {};
    const held = new Promise<void>((resolve) => {
      come = resolve;
    });
    // The chunk of the controls' own words, by the name of its file.
    await page.route(/\/zh_CN[^/]*\.js$/, async (route) => {
      asked += 1;
      await held;
      await route.continue();
    });
    await page.goto('/sign-in', { waitUntil: 'commit' });
    await page.locator('#name').fill('wu.lan');
    const arrived = page.waitForResponse(/\/zh_CN[^/]*\.js$/);
    come();
    await arrived;
    await page.waitForLoadState('networkidle');
    expect(asked).toBe(1);
    expect(await page.locator('#name').inputValue()).toBe('wu.lan');
    await page.unrouteAll();
  });

  it('fits a phone, light and dark', async () => {
    await page.setViewportSize(PHONE);
    await page.goto('/sign-in');
    await page.locator('#name').waitFor();
    for (const theme of ['light', 'dark'] as const) {
      await turn(page, 'zh-CN', theme);
      await expectNoOverflow(page);
      await expectAccessible(page);
    }
  });

  it('is asked of who comes, and leads to where one wanted to go', async () => {
    await page.goto('/conversations?sort=risk');
    await page.waitForURL(/\/sign-in\?next=/);
    await page.locator('#name').waitFor();
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "聆鉴" [level=1]
        - paragraph: 客服质量监控与改进
        - text: 用户名
        - textbox "用户名"
        - text: 密码
        - textbox "密码"
        - button "显示":
          - img "eye-invisible"
        - alert
        - button "登录""
    `);
    await signIn();
    await page.waitForURL(/\/conversations\?sort=risk$/);
  });

  it('ends with signing out', async () => {
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.locator('.person').click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.waitForURL(/\/sign-in/);
    await page.goto('/conversations');
    await page.waitForURL(/\/sign-in\?next=/);
  });

  it('goes nowhere else', async () => {
    await page.goto('/sign-in?next=//example.org/');
    await page.locator('#name').waitFor();
    await signIn();
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    expect(new URL(page.url()).origin).toBe(new URL(inject('url')).origin);
    expect(new URL(page.url()).pathname).toBe('/');
  });
});
