import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const URL_OF = process.env.LINGJIAN_URL ?? 'http://127.0.0.1:8080';
export const USER = process.env.LINGJIAN_USER ?? 'admin';
export const PASSWORD = process.env.LINGJIAN_PASSWORD ?? '';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

type Kept = Awaited<ReturnType<BrowserContext['storageState']>>;
let kept: Kept | undefined;

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

export type Look = { language?: Language; theme?: 'light' | 'dark'; size?: typeof DESK; signedIn?: boolean };

/** A page as somebody has it before them, and what it complained of. */
export async function open(browser: Browser, look: Look = {}): Promise<{ page: Page; complaints: string[] }> {
  const { language = 'zh-CN', theme = 'light', size = DESK, signedIn = true } = look;
  if (signedIn && !kept) kept = await signIn(browser);
  const context = await browser.newContext({
    baseURL: URL_OF,
    viewport: size,
    hasTouch: size.width < 700,
    locale: language,
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    storageState: signedIn ? kept : undefined,
  });
  await context.addInitScript(
    ([words, colours]) => {
      localStorage.setItem('lingjian.language', words!);
      localStorage.setItem('lingjian.theme', colours!);
    },
    [language, theme],
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports answers such as 401; they are looked at where they matter.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return { page, complaints };
}

async function signIn(browser: Browser): Promise<Kept> {
  const context = await browser.newContext({ baseURL: URL_OF, locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('用户名').fill(USER);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Until nothing is being read any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main').waitFor();
  await page.waitForFunction(() => !document.querySelector('.waiting'), undefined, { timeout: 15_000 });
  await page.waitForTimeout(250);
}

export async function expectNoOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('main')]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => `${element.tagName} ${element.scrollWidth} > ${element.clientWidth}`),
  );
  expect(wide).toEqual([]);
}

export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map((node) => node.html.slice(0, 160))
            .join(' | ')}`,
      );
  });
  expect(found).toEqual([]);
}
