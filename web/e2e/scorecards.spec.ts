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
  PHONE,
  settled,
  somebody,
  turn,
} from './browser';
import { Client } from './client';

/** A card of the house's own, told apart by the time, so that each run begins anew. */
const CARD = `own-${Date.now()}`;
const PATH = `/scorecards/${CARD}`;
/** What is shown when a card was checked as it stands. */
const GOOD = '.problems > p.good';
const COMMENT = '# 这一张只是试试';

type File = { file: string };

let browser: Browser;
let desk: BrowserContext;
let page: Page;
let other: Client;
let complaints: string[];
beforeAll(async () => {
  browser = await launch();
  desk = await somebody(browser);
  page = await desk.newPage();
  complaints = complaintsOf(page);
  other = await Client.of(inject('url'), inject('kept'));
});
afterAll(async () => {
  await other.close();
  await browser.close();
});

const tab = (name: string) => page.getByRole('tab', { name }).click();
const button = (name: string) => page.getByRole('button', { name, exact: true });
const write = (text: string) => page.locator('.cm-content').fill(text);
const text = async () => (await page.locator('.cm-line').allTextContents()).join('\n');
const kept = async () => (await other.get<File>(`${PATH}/draft`)).file;
const save = async () => {
  await button('保存草稿').click();
  await page.getByText('有未保存的修改').waitFor({ state: 'detached' });
};
const publish = async (note: string) => {
  await button('发布').click();
  const asked = page.getByRole('dialog');
  await asked.getByText('已经做过的评分保持在原来的版本上').waitFor();
  await expectAccessible(page);
  expect(await asked.getByRole('button', { name: '发布' }).isDisabled()).toBe(true);
  await asked.getByLabel('改了什么，为什么').fill(note);
  await asked.getByRole('button', { name: '发布' }).click();
};

describe('a scorecard of the house', () => {
  it('begins as a draft', async () => {
    await go(page, '/scorecards', 'tbody tr');
    await button('新建计分卡').click();
    await page.getByLabel('名称').fill('自家计分卡');
    await page.getByLabel('编号').fill(CARD);
    await expectAccessible(page);
    await button('创建').click();
    await page.waitForURL(`**${PATH}`);
    await page.getByRole('heading', { name: '自家计分卡', level: 1 }).waitFor();
    await page.locator('.card-section li', { hasText: '问候' }).waitFor();
    expect(await text()).toContain(`id: ${CARD}`);
  });

  it('says what is wrong as one types, where, and how to mend it', async () => {
    const good = await text();
    await tab('检查');
    await page.locator(GOOD).waitFor();
    await write(good.replace('points: 5', 'ponts: 5'));
    const wrong = page.locator('.problems li', { hasText: 'ponts' });
    await wrong.waitFor();
    expect(await wrong.textContent()).toContain('是不是想写');
    await page.locator('.cm-lintRange-error').first().waitFor();
    expect(await page.getByRole('tab', { name: '检查' }).locator('.wrong').textContent()).toBe('1');
    await wrong.getByRole('button').click();
    await page.locator('.cm-activeLine', { hasText: 'ponts' }).waitFor();
    await expectAccessible(page);
    // The form of before stays, and the card is not published so.
    await tab('预览');
    await page.locator('.card-section li', { hasText: '问候' }).waitFor();
    expect(await button('发布').isDisabled()).toBe(true);
    await write(`${good}${COMMENT}\n`);
    await tab('检查');
    await page.locator(GOOD).waitFor();
  });

  it('is filled in on trial, and says how the total comes about', async () => {
    await tab('预览');
    await page.getByLabel('部分做到').check();
    const total = page.locator('.figures dl > div', { hasText: '总分' }).locator('dd');
    await expect.poll(() => total.textContent()).toBe('50');
    await page.getByText('推导').click();
    await page.locator('.figures table', { hasText: '客户服务' }).first().waitFor();
    await expectAccessible(page);
    await page.getByLabel('不适用').check();
    await expect.poll(() => total.textContent()).toBe('–');
    await button('清空作答').click();
    await total.waitFor({ state: 'detached' });
  });

  it('leads from an item to its line', async () => {
    await page.getByRole('button', { name: 'greeting' }).click();
    await page.locator('.cm-activeLine', { hasText: 'id: greeting' }).waitFor();
  });

  it('asks before what is not saved is lost', async () => {
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: '计分卡列表' }).click();
    expect(await text()).toContain(COMMENT);
    await save();
    expect(await kept()).toContain(COMMENT);
  });

  it('is written by two, and the second chooses', async () => {
    const before = await kept();
    await write(before.replace('这一张只是试试', '自己所写'));
    await other.change(`${PATH}/draft`, { file: before.replace('这一张只是试试', '他人所写') });
    await button('保存草稿').click();
    const clash = page.getByRole('dialog', { name: '草稿已被他人修改' });
    await clash.getByText('他人所写').waitFor();
    await clash.getByText('自己所写').waitFor();
    await expectAccessible(page);
    await clash.getByRole('button', { name: '用我的覆盖' }).click();
    await clash.waitFor({ state: 'detached' });
    await expect.poll(kept).toContain('自己所写');
  });

  it('is published with a note, and counts', async () => {
    await publish('先试一试');
    await page.getByText('版本 1 生效中').waitFor();
    await page.getByText('草稿由').waitFor({ state: 'detached' });
    await go(page, '/scorecards', 'tbody tr');
    await page.locator('tbody tr', { hasText: CARD }).getByText('版本 1').waitFor();
  });

  it('says what changes, and keeps every version', async () => {
    await go(page, PATH, '.card-section li');
    await write((await text()).replace('points: 5', 'points: 8'));
    await tab('改动');
    const changed = page.locator('.differences li', { hasText: '改动评分项' });
    await changed.waitFor();
    expect(await changed.locator('del').textContent()).toBe('5');
    expect(await changed.locator('ins').textContent()).toBe('8');
    await expectAccessible(page);
    await button('保存草稿').click();
    await page.getByText('草稿由').waitFor();
    await publish('问候更重');
    await page.getByText('版本 2 生效中').waitFor();
    await tab('版本');
    const first = page.locator('.card-versions > li', { hasText: '先试一试' });
    await first.getByRole('button', { name: '查看' }).click();
    await first.locator('.beside-two .cm-changedLine', { hasText: 'points: 5' }).waitFor();
    await first.locator('.card-section li', { hasText: '5 分' }).waitFor();
    await page.waitForURL(/version=1/);
    await expectAccessible(page);
  });

  it('goes back to an earlier version as a new one', async () => {
    const first = page.locator('.card-versions > li', { hasText: '先试一试' });
    await first.getByRole('button', { name: '重新发布此版本' }).click();
    const asked = page.getByRole('dialog');
    await asked.getByLabel('改了什么，为什么').fill('还是按原来的');
    await asked.getByRole('button', { name: '发布' }).click();
    await page.getByText('版本 3 生效中').waitFor();
    expect(await page.locator('.card-versions > li').count()).toBe(3);
    expect(complaints).toEqual([]);
  });
});

describe.each(['form', 'problems', 'changes', 'versions&version=0'])('the tab %s', (name) => {
  it.each(LANGUAGES)('stands on a desk and on a phone, light and dark, in %s', async (language) => {
    await go(page, `/scorecards/care?tab=${name}`, '.tab-panel .card');
    for (const theme of ['light', 'dark'] as const) {
      await turn(page, language, theme);
      await settled(page, '.tab-panel .card');
      await expectAccessible(page);
    }
    await page.setViewportSize(PHONE);
    await page.reload();
    await settled(page, '.tab-panel .card');
    await turn(page, language, 'dark');
    await settled(page, '.tab-panel .card');
    await expectNoOverflow(page);
    await expectAccessible(page);
    await page.setViewportSize(DESK);
  });
});
