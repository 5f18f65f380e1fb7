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

let browser: Browser;
let desk: BrowserContext;
let page: Page;
let complaints: string[];
/** Of which project is drawn, and who listens. */
let project: string;
let own: string;
/** Where the draw is, and which call was drawn. */
let path: string;
let drawn: string;
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

const option = (text: string) => page.locator('.ant-select-item-option', { hasText: text }).click();
const radio = (name: string) => page.getByRole('radio', { name, exact: true }).click();
/** Until the preview is of the plan as it stands. */
const laid = () => settled(page, '.draw-preview .draw-figures');

describe('a draw', () => {
  it('says in plain words why it cannot be laid', async () => {
    await go(page, '/draws/new', '.draw-form');
    await page.getByLabel('项目', { exact: true }).click();
    await option(project);
    await radio('全部');
    await radio('不分组');
    await page.getByRole('spinbutton', { name: '通数' }).fill('99999');
    await page.locator('.draw-preview [role=alert]', { hasText: /^只有 \d+ 通可抽，要不到 99999 通/ }).waitFor();
    expect(await page.getByRole('button', { name: '抽取', exact: true }).isDisabled()).toBe(true);
    await expectAccessible(page);
  });

  it('is narrowed by further conditions', async () => {
    await page.getByRole('spinbutton', { name: '通数' }).fill('1');
    await laid();
    await page.getByText('更多条件').click();
    await page.getByLabel('限定规则').waitFor();
    await expectAccessible(page);
    await page.getByLabel('通话不短于').fill('86400');
    await page.locator('.draw-preview [role=alert]', { hasText: '没有符合条件的会话' }).waitFor();
    await page.getByText('更多条件（1 项）').waitFor();
    await page.getByLabel('通话不短于').fill('');
    await laid();
    await page.getByLabel('限定坐席').click();
    await page.locator('.ant-select-item-option').filter({ visible: true }).first().click();
    await page.getByText('更多条件（1 项）').waitFor();
    await settled(page, '.draw-preview .draw-figures, .draw-preview [role=alert]');
    await expectAccessible(page);
  });

  it('warns of seats that stay empty, and says what guidance does to its figures', async () => {
    await radio('2');
    await page.getByText('已选 0 人，每通要 2 人听').waitFor();
    await radio('所选全员');
    await page.getByRole('checkbox', { name: own, exact: true }).check();
    await page.getByText('已选 1 人，每通要 2 人听').waitFor();
    await radio('1');
    expect(await page.getByText('空出的席位').count()).toBe(0);
    await page.getByLabel('限定坐席').press('Backspace');
    await page.getByText('更多条件', { exact: true }).waitFor();
    await page.getByLabel('按风险倾斜').fill('0.5');
    await page.locator('.draw-notes', { hasText: '不按风险倾斜的抽取' }).waitFor();
    await laid();
    await expectAccessible(page);
    expect(complaints.filter((one) => !one.includes('400'))).toEqual([]);
    complaints.length = 0;
  });

  it('is planned beside what it comes to', async () => {
    await go(page, '/draws', '.nothing, .draw-row');
    await page.getByRole('button', { name: '安排抽检' }).click();
    await page.locator('.draw-preview .nothing').waitFor();
    await page.getByLabel('项目', { exact: true }).click();
    await option(project);
    await radio('全部');
    await radio('不分组');
    await page.getByRole('spinbutton', { name: '通数' }).fill('1');
    await page.getByLabel('计分卡').click();
    await option('客户关怀类计分卡');
    await page.getByRole('checkbox', { name: own, exact: true }).check();
    await page.locator('.draw-figures div', { hasText: /^抽取1$/ }).waitFor();
    await laid();
    expect(await page.locator('.draw-notes .missed').textContent()).toMatch(/概率为 \d+\.\d%/);
    await expectNoOverflow(page);
    await expectAccessible(page);
  });

  it('is made, and says how to repeat it', async () => {
    // One of a few calls may be more than the highest share of its category.
    const reason = page.getByLabel('超出上限的理由');
    if (await reason.count()) {
      expect(await page.getByRole('button', { name: '抽取', exact: true }).isDisabled()).toBe(true);
      await reason.fill('只是试试');
    }
    await page.getByRole('button', { name: '抽取', exact: true }).click();
    await page.waitForURL(/\/draws\/[0-9a-f-]{36}$/);
    path = new URL(page.url()).pathname;
    await settled(page, '.draw-items tbody tr');
    expect(await page.locator('.draw-items tbody tr').count()).toBe(1);
    drawn = (await page.locator('.draw-items tbody a').first().textContent())!;
    await page.locator('.draw-seats li', { hasText: own }).waitFor();
    const seed = await page.locator('.draw-facts code').first().textContent();
    await page.locator('.draw-facts code', { hasText: `printf '%s' ${seed}/draw/ID | sha256sum` }).waitFor();
    await expectAccessible(page);
  });

  it('stands in the list with how far it is', async () => {
    await page.getByRole('link', { name: '返回抽检列表' }).click();
    await settled(page, '.draw-row');
    const row = page.locator('.draw-row', { has: page.locator(`a[href="${path}"]`) });
    await row.getByText(/已完成 \d \/ 1/).waitFor();
    await expectAccessible(page);
  });

  it('is work for who listens, and opens on its card', async () => {
    await go(page, '/work-list', '.work-row, .nothing');
    const row = () => page.locator('.work-row', { hasText: drawn });
    // Another test may have judged the very call on the same card.
    if ((await row().count()) === 0) await page.getByRole('radio', { name: /^已完成/ }).click();
    await row().waitFor();
    const begin = row().getByRole('button', { name: `开始评分 ${drawn}` });
    const begins = (await begin.count()) > 0;
    if (begins) await radio('旁听');
    await expectAccessible(page);
    await row()
      .getByRole('button', { name: `开始评分 ${drawn}` })
      .or(row().getByRole('link', { name: new RegExp(`^(继续评分|查看) ${drawn}$`) }))
      .click();
    await page.waitForURL(/\/evaluations\/[0-9a-f-]{36}$/);
    await settled(page, '.item');
    const begun = page.url();
    if (begins) await page.getByText('旁听').first().waitFor();
    await go(page, path, '.draw-items tbody tr');
    await page.locator(`.draw-seats a[href="${new URL(begun).pathname}"]`).waitFor();
    expect(complaints).toEqual([]);
  });

  it('is given on while it is not begun', async () => {
    await go(page, '/draws/new', '.draw-form');
    await page.getByLabel('项目', { exact: true }).click();
    await option(project);
    await radio('全部');
    await radio('不分组');
    await page.getByRole('spinbutton', { name: '通数' }).fill('1');
    await page.locator('.draw-figures div', { hasText: /^抽取1$/ }).waitFor();
    await laid();
    const reason = page.getByLabel('超出上限的理由');
    if (await reason.count()) await reason.fill('只是试试');
    await page.getByRole('button', { name: '抽取', exact: true }).click();
    await page.locator('.draw-seats li', { hasText: '未分配' }).waitFor();
    await page.getByLabel('从', { exact: true }).click();
    await option('未分配');
    await page.getByLabel('到', { exact: true }).click();
    await option(own);
    await page.getByRole('button', { name: '调整', exact: true }).click();
    await page.locator('.draw-seats li', { hasText: own }).waitFor();
    const mine = page.locator('.draw-shares tr', { hasText: own });
    await mine.waitFor();
    // Where another test has judged the call, nothing is left to be taken back.
    const choice = page.getByRole('checkbox', { name: /^选择 / });
    if ((await choice.count()) > 0) {
      await choice.check();
      await page.getByText('只调整所选的 1 通').waitFor();
      await expectAccessible(page);
      await page.getByLabel('从', { exact: true }).click();
      await option(own);
      await page.getByLabel('到', { exact: true }).click();
      await option('收回，不分配');
      await page.getByRole('button', { name: '调整', exact: true }).click();
      await page.locator('.draw-shares tr', { hasText: '未分配' }).waitFor();
      await page.locator('.draw-seats li', { hasText: '未分配' }).waitFor();
    }
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
    ['/work-list', '.work-row, .nothing'],
    ['/draws', '.draw-row'],
    ['/draws/new', '.draw-form'],
    ['the draw', '.draw-items tbody tr'],
  ])('%s stands in both languages, light and dark', async (what, there) => {
    const one = await context.newPage();
    await go(one, what === 'the draw' ? path : what, there);
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
