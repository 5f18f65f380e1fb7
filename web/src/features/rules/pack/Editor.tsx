import type { EditorState } from '@codemirror/state';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { EditorView, mark, show, stateOf, type Vocabulary } from './codemirror';
import type { Diagnostic, File } from './types';

export type Going = { file: string; line: number; column?: number; times: number };

/** The files of a pack, or of a scorecard, one before the eyes; each keeps its own undo. */
export function Editor({
  files,
  name,
  readOnly,
  diagnostics,
  going,
  words,
  onChange,
}: {
  files: File[];
  name: string;
  readOnly: boolean;
  diagnostics: Diagnostic[];
  /** Where to go; `times` tells one wish from the next. */
  going: Going | null;
  /** What is completed; of rules where nothing is said. */
  words?: Vocabulary;
  onChange: (name: string, text: string) => void;
}) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const states = useRef(new Map<string, EditorState>());
  const shown = useRef('');
  const change = useRef(onChange);
  change.current = onChange;
  const text = files.find((file) => file.name === name)?.text ?? '';

  useEffect(() => {
    view.current = new EditorView({ parent: place.current! });
    return () => view.current?.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current!;
    if (shown.current !== name) {
      if (shown.current) states.current.set(shown.current, editor.state);
      const label = t('pack.editor_of', { name });
      const fresh = () => stateOf(text, { readOnly, label, words, onChange: (now) => change.current(name, now) });
      const kept = states.current.get(name);
      editor.setState(kept && kept.doc.toString() === text ? kept : fresh());
      shown.current = name;
    } else if (editor.state.doc.toString() !== text) {
      // Changed from elsewhere: a form, or a draft that was read anew.
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
    }
  }, [name, text, readOnly, words, t]);

  useEffect(() => {
    mark(
      view.current!,
      diagnostics.filter((one) => one.file === name),
    );
  }, [diagnostics, name]);

  useEffect(() => {
    if (going && going.file === name) show(view.current!, going.line, going.column);
  }, [going, name]);

  return <div ref={place} className="pack-editor" />;
}
