import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOf, expectAccessible, expectNoOverflow, go, launch, PHONE, somebody } from './browser';

/** One turn that is taken, one that is none; told apart by the time, so that each run brings something new. */
const LINES = [
  { id: `sent-${Date.now()}`, turns: [{ role: 'agent', start_ms: 0, end_ms: 900, text: '您好' }] },
  { id: 'wrong', turns: [{ role: 'boss', start_ms: 0, end_ms: 900, text: '您好' }] },
];
const file = (name: string, text: string) => ({ name, mimeType: '', buffer: Buffer.from(text) });

let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
beforeAll(async () => {
  browser = await launch();
  context = await somebody(browser);
  page = await context.newPage();
  complaints = complaintsOf(page);
  await go(page, '/intake', '.intake-drop');
});
afterAll(() => browser.close());

const row = (name: string) => page.locator('.intake-file', { hasText: name });

describe('bringing calls in', () => {
  it('tells what became of each file, and leads to the call', async () => {
    const lines = LINES.map((line) => JSON.stringify(line)).join('\n');
    await page
      .locator('input[type=file]')
      .setInputFiles([file('<b>两行</b>.jsonl', lines), file('notes.pdf', '%PDF-1.4')]);
    await row('两行').getByText('新增 1 通').waitFor();
    await row('两行').getByText('拒收 1 项').waitFor();
    await row('notes.pdf').getByText('拒收 1 项').waitFor();
    expect(await row('两行').locator('b').textContent()).toBe('<b>两行</b>.jsonl');
    await row('两行').locator('summary').click();
    await row('两行').getByText('第 2 行：').waitFor();
    await expectAccessible(page);
    await page.setViewportSize(PHONE);
    await expectNoOverflow(page);
    await row('两行').getByRole('link', { name: '打开通话' }).click();
    await page.waitForURL(/\/conversations\/[0-9a-f-]{36}/);
    expect(complaints).toEqual([]);
  });

  it('goes on from where it was when the line comes back', async () => {
    await go(page, '/intake', '.intake-drop');
    const bytes = await readFile(join(import.meta.dirname, '../../samples/calls/01-shop-refund.opus'));
    const offsets: string[] = [];
    page.on('request', (request) => {
      const offset = request.method() === 'PATCH' && request.headers()['upload-offset'];
      if (offset) offsets.push(offset);
    });
    // The first bytes meet a dead line.
    await page.route('**/api/v1/uploads/*', (route) =>
      route.request().method() === 'PATCH' && offsets.length < 2 ? route.abort() : route.continue(),
    );
    await page.locator('input[type=file]').setInputFiles([{ name: '断点.opus', mimeType: 'audio/ogg', buffer: bytes }]);
    await row('断点').locator('.intake-became .tag').first().waitFor();
    expect(offsets.length).toBeGreaterThan(1);
  });
});
