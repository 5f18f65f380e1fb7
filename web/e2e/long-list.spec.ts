import type { Browser, CDPSession, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { go, launch, leave, somebody } from './browser';

const ROWS = 100_000;
/** What a screen full of rows takes, with some to spare. */
const MOST_ROWS = 80;
/** A row as the page keeps it is about half a kilobyte; drawing all of them would take gigabytes. */
const MOST_HEAP = 160 * 1024 * 1024;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** The server's answer, drawn out: every row is one that it gave, under another id. */
async function drawOut(route: Route, cursors: Set<string>): Promise<void> {
  const asked = new URL(route.request().url()).searchParams;
  const from = Number(asked.get('cursor') ?? 0);
  const limit = Number(asked.get('limit'));
  if (cursors.has(`${from}`)) throw new Error(`the page from ${from} is asked for twice`);
  cursors.add(`${from}`);
  const items = Array.from({ length: Math.min(limit, ROWS - from) }, (_, place) => {
    const row = given[(from + place) % given.length]!;
    return { ...row, id: `00000000-0000-7000-8000-${String(from + place).padStart(12, '0')}` };
  });
  const next = from + items.length < ROWS ? String(from + items.length) : null;
  await route.fulfill({ json: { items, next } });
}
let given: object[] = [];

async function measured(cdp: CDPSession, page: Page): Promise<{ rows: number; nodes: number; heap: number }> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes } = await cdp.send('Memory.getDOMCounters');
  return { rows: await page.locator('.list-row').count(), nodes, heap: usedSize };
}

it('a hundred thousand rows are scrolled through to the last, and no more of them are drawn than of a hundred', async () => {
  const context = await somebody(browser);
  const page = await context.newPage();
  await go(page, '/conversations', '.list-row');
  given = await page.evaluate(async () => (await (await fetch('/api/v1/conversations?limit=100')).json()).items);
  const cursors = new Set<string>();
  await page.route(/\/api\/v1\/conversations\?/, (route) => drawOut(route, cursors));
  await page.route(/\/api\/v1\/conversations\/count/, (route) => route.fulfill({ json: { count: ROWS } }));
  // The same pages, read anew.
  await go(page, '/conversations?sort=oldest', '.list-row');
  const cdp = await context.newCDPSession(page);
  const body = page.locator('.list-body');
  const few = await measured(cdp, page);

  // To the end, and again to the end that has come meanwhile, as somebody does who pulls the bar down.
  await body.evaluate(
    (element, last) =>
      new Promise<void>((done) => {
        const on = () => {
          if (element.querySelector(`[aria-rowindex="${last}"]`)) done();
          else {
            element.scrollTo(0, element.scrollHeight);
            requestAnimationFrame(on);
          }
        };
        on();
      }),
    ROWS,
  );
  const all = await measured(cdp, page);
  expect(cursors.size).toBeGreaterThan(100);
  expect(few.rows).toBeLessThan(MOST_ROWS);
  expect(all.rows).toBeLessThan(MOST_ROWS);
  expect(all.nodes).toBeLessThan(few.nodes * 2);
  expect(all.heap).toBeLessThan(MOST_HEAP);

  // Any place in between is there at once, for it was read.
  await body.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  await page.locator(`[aria-rowindex="${ROWS / 2}"]`).waitFor();
  await leave(context);
});
