// The editor for files of rules and scorecards: YAML with marks where something is wrong. Loaded when one is opened, and
// only then.
import { autocompletion, type Completion, type CompletionContext, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, type Diagnostic as Mark, setDiagnostics } from '@codemirror/lint';
import { MergeView } from '@codemirror/merge';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Diagnostic } from './types';

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--compliance)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace, tags.meta], color: 'var(--soft)' },
  { tag: [tags.number, tags.bool, tags.keyword], color: 'var(--risk)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--card)', color: 'var(--ink)', fontSize: '13px' },
  // Its frame shows it: an outline of its own would lie under the gutters.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, "Cascadia Mono", Menlo, "Noto Sans Mono CJK SC", monospace',
    lineHeight: '1.6',
  },
  '.cm-gutters': {
    backgroundColor: 'var(--raised)',
    color: 'var(--quiet)',
    border: 'none',
    borderRight: '1px solid var(--line)',
  },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent) 7%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 22%, transparent)',
  },
  '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--card)', color: 'var(--ink)', borderColor: 'var(--line-strong)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-diagnostic': { whiteSpace: 'pre-wrap', maxWidth: '520px' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--raised)', borderColor: 'var(--line)', color: 'var(--quiet)' },
  '.cm-changedLine': { backgroundColor: 'color-mix(in srgb, var(--s2) 10%, transparent) !important' },
  '.cm-changedText': { background: 'color-mix(in srgb, var(--s2) 26%, transparent) !important' },
  // Comments are too faint for that ground.
  '.cm-changedText *': { color: 'var(--ink) !important' },
});

/** What the editor completes: keys by kind, the values of some keys, and sections of the file whose names are used elsewhere. */
export type Vocabulary = {
  keys: [string, string[]][];
  values: Record<string, string[]>;
  sections: Partial<Record<'use' | '$', string>>;
};

/** What can be said where, as docs/rules.md has it. */
const OPERATORS = [
  'phrase',
  'pattern',
  'proximity',
  'sequence',
  'repetition',
  'silence',
  'overlap',
  'interruption',
  'rate',
  'duration',
  'talk_share',
];
const ENVELOPE = [
  'role',
  'scope',
  'min_chars',
  'anchor',
  'count',
  'except',
  'within',
  'after',
  'before',
  'around',
  'same_turn',
];
const OF_RULES = [
  'id',
  'title',
  'about',
  'fault',
  'severity',
  'dimension',
  'points',
  'per',
  'at_most',
  'off',
  'tags',
  'requires',
  'valid',
  'when',
  'tests',
  'name',
  'hits',
  'call',
];
const OF_PACKS = ['pack', 'phrases', 'conditions', 'rules', 'language', 'scores', 'all', 'any', 'not', 'use'];
const RULE_WORDS: Vocabulary = {
  keys: [
    ['function', OPERATORS],
    ['property', ENVELOPE],
    ['property', OF_RULES],
    ['keyword', OF_PACKS],
  ],
  values: {
    severity: ['info', 'minor', 'major', 'fatal'],
    dimension: ['compliance', 'experience', 'risk'],
    per: ['call', 'hit'],
    role: ['agent', 'customer', 'supervisor', 'system', 'any'],
    count: ['any', 'none', 'every'],
    language: ['zh', 'en'],
    off: ['true', 'false'],
    directions: ['[inbound]', '[outbound]'],
  },
  sections: { use: 'conditions', $: 'phrases' },
};

const complete = (words: Vocabulary) => (context: CompletionContext) => {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const value = /(?:^|[{,]\s*|\s|-\s)([a-z_]+):\s*([a-z_]*)$/.exec(before);
  if (value && words.values[value[1]!]) {
    return {
      from: context.pos - value[2]!.length,
      options: words.values[value[1]!]!.map((label): Completion => ({ label, type: 'enum' })),
    };
  }
  const used = /(?:use:\s*|\$)([a-z0-9-]*)$/.exec(before);
  const section = used && words.sections[before.includes('use:') ? 'use' : '$'];
  if (used && section) {
    return { from: context.pos - used[1]!.length, options: named(context.state.doc, section) };
  }
  const key = /(?:^\s*(?:-\s+)?|[{,]\s*)([a-z_]*)$/.exec(before);
  if (!key || (!key[1] && !context.explicit)) return null;
  return {
    from: context.pos - key[1]!.length,
    options: words.keys.flatMap(([type, keys]) =>
      keys.map((label): Completion => ({ label, type, apply: `${label}: ` })),
    ),
  };
};

/** Names that stand under `phrases:` or `conditions:` of this file. */
function named(doc: Text, section: string): Completion[] {
  const names: Completion[] = [];
  let within = false;
  for (const line of doc.iterLines()) {
    if (/^\S/.test(line)) within = line.startsWith(`${section}:`);
    const name = within ? /^ {2}([a-z0-9-]+):/.exec(line) : null;
    if (name) names.push({ label: name[1]!, type: 'variable' });
  }
  return names;
}

function common(readOnly: boolean, label: string): Extension[] {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    foldGutter(),
    drawSelection(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    yaml(),
    syntaxHighlighting(colours),
    look,
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    EditorState.readOnly.of(readOnly),
    // The order of tabs holds it, so that who has no mouse can scroll it.
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': String(readOnly), tabindex: '0' }),
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap, ...lintKeymap, ...completionKeymap]),
  ];
}

export type Words = { line: string; find: string; replace: string };

/** A state of its own for each file, so that undo stays within it. */
export function stateOf(
  text: string,
  {
    readOnly,
    label,
    words = RULE_WORDS,
    onChange,
  }: { readOnly: boolean; label: string; words?: Vocabulary; onChange: (text: string) => void },
): EditorState {
  const written = EditorView.updateListener.of((update) => {
    if (update.docChanged) onChange(update.state.doc.toString());
  });
  const writing = readOnly
    ? []
    : [
        history(),
        indentOnInput(),
        autocompletion({ override: [complete(words)] }),
        keymap.of([indentWithTab]),
        written,
      ];
  return EditorState.create({ doc: text, extensions: [...common(readOnly, label), lintGutter(), ...writing] });
}

/** Places count characters, the editor counts UTF-16 units. */
function offset(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const before = Array.from(at.text)
    .slice(0, Math.max(0, column - 1))
    .join('');
  return Math.min(at.from + before.length, at.to);
}

export function mark(view: EditorView, found: Diagnostic[]): void {
  const { doc } = view.state;
  const marks = found.map(({ line, column, length, grade, message, help }): Mark => {
    const from = offset(doc, line, column);
    const to = Math.max(from, offset(doc, line, column + length));
    return { from, to, severity: grade, message: help ? `${message}\n${help}` : message };
  });
  view.dispatch(
    setDiagnostics(
      view.state,
      marks.sort((one, other) => one.from - other.from),
    ),
  );
}

export function show(view: EditorView, line: number, column = 1): void {
  const at = offset(view.state.doc, line, column);
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
  view.focus();
}

/** Two texts beside each other. */
export function beside(parent: HTMLElement, left: string, right: string, labels: [string, string]): () => void {
  const side = (text: string, label: string) => ({ doc: text, extensions: common(true, label) });
  const view = new MergeView({
    a: side(left, labels[0]),
    b: side(right, labels[1]),
    parent,
    gutter: true,
    collapseUnchanged: { margin: 3, minSize: 6 },
  });
  return () => view.destroy();
}

export { EditorView };
