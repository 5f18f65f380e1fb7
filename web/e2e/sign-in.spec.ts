import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, expectNoOverflow, launch, open, PASSWORD, PHONE, USER } from './browser';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe('signing in', () => {
  it('is asked of who comes, and leads to where one wanted to go', async () => {
    const { page } = await open(browser, { signedIn: false });
    await page.goto('/conversations?sort=risk');
    await page.waitForURL(/\/sign-in\?next=/);
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
    await page.getByLabel('用户名').fill(USER);
    await page.locator('#password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/conversations\?sort=risk$/);
  });

  it.each([
    ['zh-CN', '用户名或密码不正确。'],
    ['en', 'The name or the password is wrong.'],
  ] as const)('says in %s what is wrong', async (language, words) => {
    const { page } = await open(browser, { signedIn: false, language });
    await page.goto('/sign-in');
    await page.locator('#name').fill(`nobody-${Date.now()}`);
    await page.locator('#password').fill('not the password');
    await page.locator('button[type=submit]').click();
    await page.getByText(words).waitFor();
    await expectAccessible(page);
  });

  it('goes nowhere else', async () => {
    const { page } = await open(browser, { signedIn: false });
    await page.goto('/sign-in?next=//example.org/');
    await page.getByLabel('用户名').fill(USER);
    await page.locator('#password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    expect(page.url().startsWith('http://example.org')).toBe(false);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it('fits a phone, light and dark', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const { page } = await open(browser, { signedIn: false, size: PHONE, theme });
      await page.goto('/sign-in');
      await page.locator('#name').waitFor();
      await expectNoOverflow(page);
      await expectAccessible(page);
    }
  });

  it('ends with signing out', async () => {
    const { page } = await open(browser, { signedIn: false });
    await page.goto('/sign-in');
    await page.getByLabel('用户名').fill(USER);
    await page.locator('#password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('.person').click();
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.waitForURL(/\/sign-in/);
    await page.goto('/conversations');
    await page.waitForURL(/\/sign-in\?next=/);
  });
});
