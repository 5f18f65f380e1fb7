import { describe, expect, it } from 'vitest';
import { begun, blank } from './begin';

describe('a card that begins', () => {
  it('as another one, has its own id and title, and keeps what is said about it', () => {
    const file = '# How we judge\nid: care # known\ntitle: { zh: A, en: B }\nsections:\n  - id: all\n    title: C\n';
    expect(begun(file, 'ours', 'Our "own" $1')).toBe(
      '# How we judge\nid: ours\ntitle: "Our \\"own\\" $1"\nsections:\n  - id: all\n    title: C\n',
    );
  });
  it('leaves a title of several lines alone', () => {
    const file = 'id: care\ntitle:\n  zh: A\n  en: B\n';
    expect(begun(file, 'ours', 'Ours')).toBe('id: ours\ntitle:\n  zh: A\n  en: B\n');
  });
  it('blank, says what was asked for', () => {
    expect(blank((key) => key, 'ours', 'Ours: all')).toMatch(/^id: ours\ntitle: "Ours: all"\n/);
  });
});
