import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from './en.json';
import zh from './zh-CN.json';

type Words = { [key: string]: string | Words };

function keys(words: Words, before = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${before}${key}`] : keys(value, `${before}${key}.`),
  );
}

function word(words: Words, key: string): string | undefined {
  let at: string | Words | undefined = words;
  for (const part of key.split('.')) at = typeof at === 'object' ? at[part] : undefined;
  return typeof at === 'string' ? at : undefined;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.test.ts')
        ? [join(folder, entry.name)]
        : [],
  );
}

describe('the two languages', () => {
  it('have the same keys', () => {
    expect(keys(zh)).toEqual(keys(en));
  });

  it('fill in the same values', () => {
    const blanks = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort();
    for (const key of keys(zh)) expect(blanks(word(zh, key)!), key).toEqual(blanks(word(en, key)!));
  });

  it('leave nothing empty, and no Chinese in the English', () => {
    for (const key of keys(en)) {
      expect(word(zh, key), key).not.toBe('');
      expect(word(en, key), key).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('know every word that the pages ask for by name', () => {
    const asked = new Set<string>();
    for (const file of sources(join(import.meta.dirname, '..'))) {
      for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([a-z_.A-Z0-9]+)'/g)) asked.add(key!);
    }
    expect(asked.size).toBeGreaterThan(100);
    expect([...asked].filter((key) => word(zh, key) === undefined)).toEqual([]);
  });

  it('know every action and every error that the server can tell', () => {
    const contract = JSON.parse(readFileSync(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8')) as {
      components: { schemas: Record<string, { properties: Record<string, { enum?: string[] }> }> };
    };
    const { Entry, Problem } = contract.components.schemas;
    const actions = Entry!.properties.action!.enum!.map((action) => `audit_action.${action.replaceAll('.', '_')}`);
    const codes = Problem!.properties.code!.enum!.map((code) => `errors.${code}`);
    expect(actions.length).toBeGreaterThan(10);
    expect(codes.length).toBeGreaterThan(8);
    expect([...actions, ...codes].filter((key) => word(zh, key) === undefined)).toEqual([]);
    // None is kept for what no server tells.
    expect(
      Object.keys(zh.audit_action)
        .map((key) => `audit_action.${key}`)
        .sort(),
    ).toEqual(actions.sort());
  });

  it('hold no words outside of these files', () => {
    for (const file of sources(join(import.meta.dirname, '..'))) {
      const text = readFileSync(file, 'utf8').replaceAll("'English' : '中文'", '').replaceAll("'EN' : '中'", '');
      expect(text, file).not.toMatch(/\p{Script=Han}/u);
    }
  });
});
