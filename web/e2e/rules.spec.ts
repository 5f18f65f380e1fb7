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
import { SOUNDING } from './calls';
import { Client } from './client';

/** A pack of the house's own, told apart by the time, so that each run begins anew. In the end it finds nothing. */
const PACK = `own-${Date.now()}`;
const PATH = `/rules/packs/${PACK}`;
const COMMENT = '# 这一条只是试试';
const WRITTEN = `pack:
  id: ${PACK}
  title: { zh: 自家规则, en: Our own }
  language: zh

phrases:
  greetings: [您好] # 以后再加

rules:
  ${COMMENT}
  - id: ${PACK}-greeting
    title: { zh: 问候, en: Greeting }
    severity: minor
    dimension: experience
    points: -1
    when: { phrase: [$greetings] }
    tests:
      - name: 说了您好
        hits: true
        call: |
          agent: 您好，请问有什么可以帮您？
`;
/** What is shown when a pack was checked as it stands. */
const GOOD = '.problems > p.good';

type Files = { files: { name: string; text: string }[] };

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
const kept = async () => (await other.get<Files>(`${PATH}/draft`)).files[0]!.text;
const save = async () => {
  await button('保存草稿').click();
  await page.getByText('有未保存的修改').waitFor({ state: 'detached' });
};

describe('a pack of the house', () => {
  it('begins as a draft', async () => {
    await go(page, '/rules', '.rule-list > li');
    await button('新建规则包').click();
    await page.getByLabel('名称').fill('自家规则');
    await page.getByLabel('编号').fill(PACK);
    await expectAccessible(page);
    await button('创建').click();
    await page.waitForURL(`**/rules/${PACK}`);
    await page.locator(GOOD).waitFor();
    expect(await text()).toContain(`id: ${PACK}`);
  });

  it('says what is wrong as one types, where, and how to mend it', async () => {
    await write(WRITTEN.replace('severity: minor', 'severty: minor').replace('您好，请问', '喂，请问'));
    const wrong = page.locator('.problems li', { hasText: 'severty' });
    await wrong.waitFor();
    expect(await wrong.textContent()).toContain('pack.yaml:13:5');
    await page.locator('.cm-lintRange-error').first().waitFor();
    // Seen from every tab: a rule that is broken takes no part in what they show.
    expect(await page.getByRole('tab', { name: '文件' }).locator('.wrong').textContent()).toBe(
      String(await page.locator('.problems li').count()),
    );
    await expectAccessible(page);
    await write(WRITTEN.replace('您好，请问', '喂，请问'));
    await page.locator('.problems li', { hasText: '说了您好' }).waitFor();
    await page.locator('.problems li button').click();
    await page.locator('.cm-activeLine', { hasText: '说了您好' }).waitFor();
    await write(WRITTEN);
    await page.locator(GOOD).getByText('1 项测试').waitFor();
  });

  it('says what would change', async () => {
    await tab('改动');
    await page.locator('.differences li', { hasText: `${PACK}-greeting` }).waitFor();
    await expectAccessible(page);
  });

  it('is tried on a call, and says why', async () => {
    await tab('试一通会话');
    await page.getByLabel('会话链接或编号').fill(`${inject('url')}/conversations/${inject('sounding')}`);
    await button('试跑').click();
    await page.locator('.try-scores a', { hasText: SOUNDING }).waitFor();
    const comes = page.locator('.try-finding.kind-0');
    expect(await comes.count()).toBe(1);
    expect(await comes.locator('em').textContent()).toBe('您好');
    await comes.getByRole('button', { name: '依据' }).click();
    expect(await comes.locator('.why').textContent()).toContain('您好');
    // The experience falls by the point that the rule takes.
    const moved = page.locator('.try-scores .moved');
    expect(await moved.count()).toBe(1);
    await expectAccessible(page);
    await page.waitForURL(new RegExp(`call=${inject('sounding')}`));
  });

  it('is tried on a sample', async () => {
    await tab('抽样试跑');
    await button('试跑').click();
    const row = page.locator('tbody tr', { hasText: '问候' });
    await row.waitFor();
    expect(await row.locator('td.num').allTextContents()).toEqual([expect.stringMatching(/^\+[1-9]/), '0', '0']);
    await expectAccessible(page);
    expect(await row.locator('.examples a').first().getAttribute('href')).toMatch(/^\/conversations\/[0-9a-f-]{36}$/);
  });

  it('asks before what is not saved is lost', async () => {
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: '规则列表' }).click();
    await tab('文件');
    expect(await text()).toContain(COMMENT);
    await save();
    expect(await kept()).toBe(WRITTEN);
  });

  it('is changed from a form, and keeps its comments', async () => {
    await tab('简易修改');
    const points = page.getByLabel('分值 问候');
    await points.fill('-3');
    await points.press('Enter');
    await page.getByLabel('添加短语 greetings').fill('早上好');
    await button('添加').click();
    await page.locator('.phrase-lists .tag', { hasText: '早上好' }).waitFor();
    await expectAccessible(page);
    await tab('文件');
    await page.locator(GOOD).waitFor();
    const wanted = WRITTEN.replace('points: -1', 'points: -3').replace('[您好]', '[您好, 早上好]');
    await expect.poll(text).toBe(wanted);
    await save();
    expect(await kept()).toBe(wanted);
  });

  it('is written by two, and the second chooses', async () => {
    const theirs = (await kept()).replace('以后再加', '他人所写');
    await write((await kept()).replace('以后再加', '自己所写'));
    await other.change(`${PATH}/draft`, { files: [{ name: 'pack.yaml', text: theirs }] });
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
    await button('发布').click();
    const asked = page.getByRole('dialog');
    await asked.getByText('已有的评判保持原样').waitFor();
    await expectAccessible(page);
    expect(await asked.getByRole('button', { name: '发布' }).isDisabled()).toBe(true);
    await asked.getByLabel('改了什么，为什么').fill('先试一试');
    await asked.getByRole('button', { name: '发布' }).click();
    await page.getByRole('heading', { name: '自家规则' }).waitFor();
    await page.getByText('版本 1 生效中').waitFor();
    await page.getByText('草稿由').waitFor({ state: 'detached' });
    await go(page, `/rules?pack=${PACK}`, '.rule-list > li');
    expect(await page.locator('.rule-list > li b').first().textContent()).toBe('问候');
  });

  it('stops finding when its rule is switched off, and shows what differs', async () => {
    await go(page, `/rules/${PACK}?tab=simple`, '.simple tbody tr');
    await page.getByRole('switch', { name: '启用 问候' }).click();
    await page.locator('.simple tr.off').waitFor();
    await button('保存草稿').click();
    await page.getByText('草稿由').waitFor();
    await button('发布').click();
    const asked = page.getByRole('dialog');
    await asked.getByLabel('改了什么，为什么').fill('不用了');
    await asked.getByRole('button', { name: '发布' }).click();
    await page.getByText('版本 2 生效中').waitFor();
    await tab('版本');
    const newest = page.locator('tbody tr', { hasText: '不用了' });
    await newest.getByRole('button', { name: '看改动' }).click();
    await page.waitForURL(/from=1&to=2/);
    await page.locator('.differences li', { hasText: '删除规则' }).waitFor();
    await page.locator('.beside-two .cm-changedLine', { hasText: 'off: true' }).waitFor();
    await expectAccessible(page);
  });

  it('goes without what was written since', async () => {
    await tab('文件');
    await page.locator(GOOD).waitFor();
    const before = await text();
    await write(`${before}\n# 写错了\n`);
    await button('保存草稿').click();
    await button('丢弃草稿').click();
    await page.locator('.ant-popconfirm').getByRole('button', { name: '丢弃草稿' }).click();
    await page.getByText('草稿由').waitFor({ state: 'detached' });
    await expect.poll(text).toBe(before);
    expect(complaints).toEqual([]);
  });
});

describe.each(['files', 'simple', 'changes', 'call', 'sample', 'versions&from=0&to=0'])('the tab %s', (name) => {
  it.each(LANGUAGES)('stands on a desk and on a phone, light and dark, in %s', async (language) => {
    await go(page, `/rules/zh-outbound?tab=${name}`, '.tab-panel .card');
    for (const theme of ['light', 'dark'] as const) {
      await turn(page, language, theme);
      await settled(page, '.tab-panel .card');
      await expectAccessible(page);
    }
    await page.setViewportSize(PHONE);
    await page.reload();
    await settled(page, '.tab-panel .card');
    const chosen = (await page.locator('[role=tab][aria-selected=true]').boundingBox())!;
    expect(chosen.x).toBeGreaterThanOrEqual(0);
    expect(chosen.x + chosen.width).toBeLessThanOrEqual(PHONE.width);
    await turn(page, language, 'dark');
    await settled(page, '.tab-panel .card');
    await expectNoOverflow(page);
    await expectAccessible(page);
    await page.setViewportSize(DESK);
  });
});
