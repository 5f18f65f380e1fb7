import { setTimeout as sleep } from 'node:timers/promises';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { type Kept, PATIENCE_MS } from './client';

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = 'light' | 'dark';
export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--mute-audio',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

export type Look = { language?: Language; size?: typeof DESK; signedIn?: boolean; at?: string; kept?: Kept };

/** A browser as somebody has it: pages opened in one share what was loaded and what is kept. */
export async function somebody(browser: Browser, look: Look = {}): Promise<BrowserContext> {
  const { language = 'zh-CN', size = DESK, signedIn = true, at = inject('url'), kept = inject('kept') } = look;
  const context = await browser.newContext({
    baseURL: at,
    viewport: size,
    hasTouch: size.width < 700,
    locale: language,
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    storageState: signedIn ? kept : undefined,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript((words) => localStorage.setItem('lingjian.language', words), language);
  return context;
}

/**
 * Ends what somebody has open. Chromium now and then says that it has closed a page that is just coming in, and keeps it
 * (microsoft/playwright#42366, crbug.com/536385539): what is kept so ends with the browser.
 */
export async function leave(open: { close(): Promise<void> } | undefined): Promise<void> {
  const enough = new AbortController();
  await Promise.race([open?.close(), sleep(15_000, undefined, { signal: enough.signal }).catch(() => undefined)]);
  enough.abort();
}

/** What a page complains of, from now on. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser itself reports answers such as 401; they are looked at where they matter.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return complaints;
}

/** Opens an address and waits until this is there and nothing is awaited any more. */
export async function go(page: Page, path: string, there: string): Promise<void> {
  await page.goto(path);
  await settled(page, there);
}

export async function settled(page: Page, there: string): Promise<void> {
  await page.locator(there).first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.waiting, .stale'));
}

/** Lets a page stand in another language and other colours, without loading it anew. */
export async function turn(page: Page, language: Language, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.waitForFunction((name) => document.documentElement.dataset.theme === name, theme);
  if ((await page.locator('html').getAttribute('lang')) !== language) {
    await page.locator('.switches .word').first().click();
    await page.locator(`html[lang="${language}"]`).waitFor();
  }
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
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
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

/** What a page says by itself, whatever stands in its rows. */
const OWN = [
  'h1',
  '.page-tools',
  'search.filters',
  ':not(.pack) > .card-head',
  '.controls',
  '.score-tiles',
  '[role=tablist]',
  'thead',
  '.list-head',
].join(', ');

/** What a reader of the screen is told by the page itself; numbers and ids are none of it. */
export async function told(page: Page): Promise<string> {
  const parts = await page.locator('main').locator(OWN).all();
  const shapes = await Promise.all(parts.map((part) => part.ariaSnapshot()));
  return shapes
    .flatMap((shape) => shape.split('\n'))
    .filter((line) => line.trim() && !/^\s*- option\b/.test(line))
    .map((line) => line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'ID').replaceAll(/(?<!level=|\/v)\d[\d,.:]*/g, '0'))
    .join('\n');
}
