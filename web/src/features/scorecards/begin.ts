type Translate = (key: string) => string;

/** A text as YAML takes it, whatever stands in it. */
const quoted = (text: string) => JSON.stringify(text);

/** A sound card of one section with one item, to go on from. */
export function blank(t: Translate, id: string, title: string): string {
  const word = (key: string) => quoted(t(`scorecards.begin.${key}`));
  return `id: ${id}
title: ${quoted(title)}
fatal: 0
sections:
  - id: service
    title: ${word('section')}
    weight: 100
    items:
      - id: greeting
        title: ${word('item')}
        help: ${word('help')}
        points: 5
        not_applicable: true
        options:
          - { id: done, title: ${word('done')}, share: 1 }
          - { id: partly, title: ${word('partly')}, share: 0.5, comment: true }
          - { id: not, title: ${word('not')}, share: 0, comment: true }
`;
}

/** The file of another card under another id and title; comments and order stay. */
export function begun(file: string, id: string, title: string): string {
  const named = file.replace(/^id:.*$/m, () => `id: ${id}`);
  // A title over several lines is left for whoever writes: what stands below it would be left over.
  return named.replace(/^title:[ \t]*\S.*$/m, () => `title: ${quoted(title)}`);
}
