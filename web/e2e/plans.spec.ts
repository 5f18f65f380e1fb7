import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  complaintsOf,
  DESK,
  expectAccessible,
  expectNoOverflow,
  go,
  LANGUAGES,
  launch,
  leave,
  PHONE,
  settled,
  somebody,
  turn,
} from './browser';
import { Client } from './client';

type Named = { id: string; name: string };

/** Told apart by the time, so that each run begins anew. */
const NAME = `每人每周三通 ${Date.now()}`;

let browser: Browser;
let desk: BrowserContext;
let page: Page;
let complaints: string[];
let project: string;
let own: string;
let path: string;
beforeAll(async () => {
  browser = await launch();
  desk = await somebody(browser);
  page = await desk.newPage();
  complaints = complaintsOf(page);
  const admin = await Client.of(inject('url'), inject('kept'));
  project = (await admin.get<{ project: Named }>(`/conversations/${inject('sounding')}`)).project.name;
  own = (await admin.get<{ user: { display_name: string } }>('/session')).user.display_name;
  await admin.close();
});
afterAll(() => browser.close());

const button = (name: string) => page.getByRole('button', { name, exact: true });
const row = () => page.locator('.plan-row', { hasText: NAME });

describe('a standing plan', () => {
  it('is made beside what it would have come to', async () => {
    await go(page, '/draws', '.nothing, .draw-row');
    await page.getByRole('link', { name: '定期抽检' }).click();
    await settled(page, '.nothing, .plan-row');
    await button('新建定期抽检').click();
    await page.locator('.draw-preview .nothing').waitFor();
    expect(await button('保存').isDisabled()).toBe(true);
    await page.getByLabel('名称').fill(NAME);
    await page.getByLabel('项目', { exact: true }).click();
    await page.locator('.ant-select-item-option', { hasText: project }).click();
    await page.getByRole('checkbox', { name: own, exact: true }).check();
    expect(await page.getByLabel('每组最少').inputValue()).toBe('3');
    await settled(page, '.draw-preview .draw-figures, .draw-preview .nothing');
    await expectNoOverflow(page);
    await expectAccessible(page);
    await button('保存').click();
    await page.waitForURL(/\/plans\/[0-9a-f-]{36}$/);
    path = new URL(page.url()).pathname;
    await settled(page, '.plan-runs .nothing');
    await page.locator('.draw-facts dd', { hasText: own }).first().waitFor();
    await page.getByText('进行中').waitFor();
    await expectAccessible(page);
  });

  it('stands in the list, is paused and goes on', async () => {
    await page.getByRole('link', { name: '返回定期抽检列表' }).click();
    await row().getByText('进行中').waitFor();
    await expectAccessible(page);
    await row().getByRole('link', { name: NAME }).click();
    await button('暂停').click();
    await page.getByText('已暂停').waitFor();
    await button('继续').click();
    await page.getByText('进行中').waitFor();
  });

  it('is changed, and ends for good', async () => {
    await button('修改').click();
    await settled(page, '.plan-form');
    await page.getByLabel('完成时限（天）').fill('5');
    await expectAccessible(page);
    await button('保存').click();
    await page.locator('.draw-facts dd', { hasText: '抽取后 5 天' }).waitFor();
    await button('结束').click();
    await page.locator('.ant-popconfirm').getByRole('button', { name: '结束' }).click();
    await page.getByText('已结束').first().waitFor();
    expect(await button('修改').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe.each([DESK, PHONE])('at $width pixels', (size) => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await somebody(browser, { size });
  });
  afterAll(() => leave(context));

  it.each([
    ['/plans', '.plan-row'],
    ['/plans/new', '.plan-form'],
    ['the plan', '.plan-runs .nothing'],
  ])('%s stands in both languages, light and dark', async (what, there) => {
    const one = await context.newPage();
    await go(one, what === 'the plan' ? path : what, there);
    for (const language of LANGUAGES) {
      for (const theme of ['light', 'dark'] as const) {
        await turn(one, language, theme);
        await settled(one, there);
        await expectNoOverflow(one);
        await expectAccessible(one);
      }
    }
    await leave(one);
  });
});
