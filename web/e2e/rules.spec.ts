import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  complaintsOf,
  DESK,
  expectAccessible,
  expectNoOverflow,
  LANGUAGES,
  type Look,
  launch,
  PHONE,
  settled,
  somebody,
  type Theme,
  turn,
} from './browser';

const PACK = '/rules/zh-outbound';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** A page as somebody has it before them, and what it complained of. */
async function open(browser: Browser, look: Look & { theme?: Theme } = {}) {
  const page = await (await somebody(browser, look)).newPage();
  if (look.theme) await page.emulateMedia({ colorScheme: look.theme });
  return { page, complaints: complaintsOf(page) };
}

/** Until the editor has been told what is wrong with its text. */
async function checked(page: Page): Promise<void> {
  await page.locator('.cm-content').waitFor();
  await page.waitForFunction(() => {
    const said = document.querySelector('.problems > p');
    return said?.classList.contains('good') || document.querySelector('.problems li');
  });
}

/** The draft of a pack is thrown away, whoever wrote it: each test begins with what counts. */
async function withoutDraft(page: Page, pack: string): Promise<void> {
  await page.goto('/rules');
  await page.evaluate(async (path) => {
    const session = await (await fetch('/api/v1/session')).json();
    const draft = await fetch(`/api/v1${path}/draft`);
    if (!draft.ok || draft.headers.get('etag') === '"0"') return;
    const headers = { 'x-csrf-token': session.csrf, 'if-match': draft.headers.get('etag')! };
    await fetch(`/api/v1${path}/draft`, { method: 'DELETE', headers });
  }, `/rules/packs/${pack}`);
}

describe.each(['files', 'simple', 'changes', 'call', 'sample', 'versions'])('the tab %s of a pack', (tab) => {
  it.each([
    ['on a desk', DESK],
    ['on a phone', PHONE],
  ] as const)('stands %s, in both languages and both colours', async (_, size) => {
    const { page, complaints } = await open(browser, { size });
    await page.goto(`${PACK}?tab=${tab}`);
    for (const language of LANGUAGES) {
      for (const theme of ['light', 'dark'] as const) {
        await turn(page, language, theme);
        await settled(page, '.tab-panel');
        if (tab === 'files') await checked(page);
        await expectNoOverflow(page);
        await expectAccessible(page);
      }
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('a draft', () => {
  it('is told what is wrong where it stands, kept, and thrown away', async () => {
    const { page } = await open(browser);
    await withoutDraft(page, 'zh-outbound');
    await page.goto(`${PACK}?file=survey.yaml`);
    await checked(page);
    await page.locator('.problems > p.good').waitFor();
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('rulse: []\n');
    const problem = page.locator('.problems li', { hasText: 'rulse' });
    await problem.first().waitFor();
    expect(await problem.first().textContent()).toMatch(/survey\.yaml:1:1.*没有 `rulse` 这一项.*是不是想写 `rules`？/);
    await page.locator('.cm-lintRange-error').first().waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('.problems > p.good').waitFor();

    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# 试改\n');
    await page.getByRole('button', { name: '保存草稿' }).click();
    await page.getByText(/^草稿由 .* 保存。$/).waitFor();
    await page.reload();
    await checked(page);
    expect(await page.locator('.cm-line').first().textContent()).toBe('# 试改');
    await page.getByRole('button', { name: '丢弃草稿' }).click();
    await page.locator('.ant-popconfirm').getByRole('button', { name: '丢弃草稿' }).click();
    await page.waitForFunction(() => document.querySelector('.cm-line')?.textContent !== '# 试改');
    await page.context().close();
  });

  it('shows both texts to the second of two who write', async () => {
    const { page: one } = await open(browser);
    await withoutDraft(one, 'zh-outbound');
    const { page: other } = await open(browser);
    for (const page of [one, other]) {
      await page.goto(`${PACK}?file=survey.yaml`);
      await checked(page);
      await page.locator('.cm-content').click();
      await page.keyboard.press('Control+Home');
    }
    await one.keyboard.type('# 甲\n');
    await one.getByRole('button', { name: '保存草稿' }).click();
    await one.getByText(/^草稿由 .* 保存。$/).waitFor();
    await other.keyboard.type('# 乙\n');
    await other.getByRole('button', { name: '保存草稿' }).click();
    const dialog = other.getByRole('dialog');
    await dialog.getByText('草稿已被他人修改').waitFor();
    await dialog.locator('.cm-mergeView').waitFor();
    expect(await dialog.locator('.cm-mergeView').textContent()).toMatch(/# 甲[\s\S]*# 乙/);
    await expectAccessible(other);
    await dialog.getByRole('button', { name: '放弃我的，用已保存的' }).click();
    await other.waitForFunction(() => document.querySelector('.cm-line')?.textContent === '# 甲');
    await withoutDraft(one, 'zh-outbound');
    await one.context().close();
    await other.context().close();
  });
});

describe('a form', () => {
  it('changes points, switches off, adds a phrase, and the text stays as it was around it', async () => {
    const { page } = await open(browser);
    await withoutDraft(page, 'zh-outbound');
    await page.goto(`${PACK}?tab=simple`);
    await page.locator('.simple tbody tr').first().waitFor();
    const row = page.locator('.simple tbody tr').first();
    const points = row.getByRole('spinbutton');
    await points.fill('-3');
    await points.press('Enter');
    await row.getByRole('switch').click();
    const list = page.locator('.phrase-lists > li').first();
    await list.getByRole('textbox').fill('测试短语');
    await list.getByRole('button', { name: '添加' }).click();
    await list.getByText('测试短语').waitFor();
    await page.getByRole('tab', { name: '改动' }).click();
    await page.getByText('删除规则').first().waitFor();
    await page.getByRole('tab', { name: '文件' }).click();
    await checked(page);
    await withoutDraft(page, 'zh-outbound');
    await page.context().close();
  });
});

describe('what is written', () => {
  it('is tried on a call and on a sample', async () => {
    const { page } = await open(browser);
    await page.goto(`${PACK}?tab=call`);
    await page.locator('.recent-calls button').first().click();
    await page.locator('.try-scores').waitFor();
    await page.getByRole('tab', { name: '抽样试跑' }).click();
    await page.getByRole('spinbutton').fill('20');
    await page.getByRole('button', { name: '试跑' }).click();
    await page.getByText(/^试跑了 20 通会话$/).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });

  it('is published as a version that counts, and what ships is published again', async () => {
    const { page } = await open(browser);
    await withoutDraft(page, 'zh-outbound');
    await page.goto(`${PACK}?file=survey.yaml`);
    await checked(page);
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# 第一版\n');
    await page.getByRole('button', { name: '保存草稿' }).click();
    await page.getByText(/^草稿由 .* 保存。$/).waitFor();
    await page.getByRole('button', { name: '发布' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('改了什么，为什么').fill('试发布');
    await dialog.getByText('已有的评判保持原样').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: '发布' }).click();
    await page.getByText(/^版本 \d+ 生效中，/).waitFor();
    await page.getByRole('tab', { name: '版本' }).click();
    await page.getByRole('button', { name: '看改动' }).first().click();
    await page.locator('.between .cm-mergeView').waitFor();
    expect(await page.locator('.between .cm-mergeView').textContent()).toContain('# 第一版');
    await page
      .getByRole('row', { name: /随程序提供/ })
      .getByRole('button', { name: '重新发布此版本' })
      .click();
    await page.getByRole('dialog').getByLabel('改了什么，为什么').fill('还原');
    await page.getByRole('dialog').getByRole('button', { name: '发布' }).click();
    await page.getByRole('cell', { name: '还原' }).first().waitFor();
    await page.context().close();
  });
});

describe('places', () => {
  it('are begun, renamed and archived', async () => {
    const { page } = await open(browser);
    const name = `临时班组 ${Date.now()}`;
    await page.goto('/admin/places?show=teams');
    await settled(page, 'tbody tr');
    await page.getByRole('button', { name: '新建班组' }).click();
    await page.getByRole('dialog').getByLabel('名称').fill(name);
    await page.getByRole('dialog').getByRole('button', { name: '创建' }).click();
    await page.getByRole('button', { name: `编辑 ${name}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称').fill(`${name} 改`);
    await dialog.getByRole('switch').click();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: '保存' }).click();
    const row = page.getByRole('row', { name: new RegExp(`${name} 改`) });
    await row.getByText('已归档').waitFor();
    await page.context().close();
  });

  it('hold the recording standard of a project', async () => {
    const { page } = await open(browser);
    await page.goto('/admin/places?show=projects');
    await settled(page, 'tbody tr');
    await page
      .getByRole('button', { name: /^编辑 / })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件命名').fill('{id');
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.getByText(/recording\.naming/).waitFor();
    await dialog.getByLabel('文件命名').fill('');
    await dialog.getByLabel('声道数').fill('2');
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.context().close();
  });
});

describe('views', () => {
  it('are kept by the server', async () => {
    const { page } = await open(browser);
    const name = `视图 ${Date.now()}`;
    await page.goto('/conversations?state=judged&sort=risk');
    await settled(page, '.list-row');
    await page.getByRole('button', { name: '视图' }).click();
    await page.getByLabel('视图名称').fill(name);
    await page.locator('.views').getByRole('button', { name: '保存' }).click();
    await page.locator('.views li', { hasText: name }).waitFor();
    await page.context().close();

    const { page: elsewhere } = await open(browser);
    await elsewhere.goto('/conversations');
    await settled(elsewhere, '.list-row');
    await elsewhere.getByRole('button', { name: '视图' }).click();
    await elsewhere.locator('.views').getByRole('button', { name, exact: true }).click();
    await elsewhere.waitForURL(/state=judged.*sort=risk|sort=risk.*state=judged/);
    await elsewhere.getByRole('button', { name }).click();
    await elsewhere.getByRole('button', { name: `删除视图 ${name}` }).click();
    await elsewhere.locator('.views li', { hasText: name }).waitFor({ state: 'detached' });
    await elsewhere.context().close();
  });
});
