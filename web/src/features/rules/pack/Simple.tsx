import { useMutation } from '@tanstack/react-query';
import { Button, Input, InputNumber, Switch } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../api/client';
import { useFormat } from '../../../ui/format';
import { errorText, Nothing, SeverityTag, Waiting } from '../../../ui/parts';
import { SearchInput } from '../../../ui/SearchInput';
import { Table } from '../../../ui/Table';
import { toast } from '../../../ui/toast';
import { type Change, type Checked, type File, packPath } from './types';

/** What can be changed without YAML: points, switched off, phrases. The server changes the text at its place. */
export function Simple({
  pack,
  files,
  outline,
  onFile,
  onGo,
}: {
  pack: string;
  files: File[];
  outline: Checked['outline'] | undefined;
  onFile: (file: File) => void;
  onGo: (file: string, line: number) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const [text, setText] = useState('');
  const latest = useRef(files);
  latest.current = files;
  const edit = useMutation({
    // One after the other: each begins with what the one before it made.
    scope: { id: `${pack} edit` },
    mutationFn: async (change: Change) => {
      const made = await api.post<File>(`${packPath(pack)}/edit`, { files: latest.current, change });
      latest.current = latest.current.map((file) => (file.name === made.name ? made : file));
      onFile(made);
    },
    onError: (error) => toast.bad(`${errorText(t, error)} ${error.message}`),
  });
  const wanted = text.trim().toLowerCase();
  const rules = useMemo(
    () =>
      (outline?.rules ?? []).filter(
        (rule) => !wanted || [rule.id, rule.title.zh, rule.title.en].some((one) => one?.toLowerCase().includes(wanted)),
      ),
    [outline, wanted],
  );
  const lists = useMemo(
    () =>
      (outline?.phrases ?? []).filter(
        (list) =>
          !wanted || list.name.includes(wanted) || list.phrases.some((one) => one.toLowerCase().includes(wanted)),
      ),
    [outline, wanted],
  );
  return (
    <div className="simple">
      <div className="simple-head">
        <p className="quiet">{t('pack.simple_about')}</p>
        <SearchInput label={t('rules.search')} value={text} onText={setText} />
      </div>
      {!outline && <Waiting />}
      {outline && rules.length === 0 && lists.length === 0 && <Nothing>{t('rules.nothing')}</Nothing>}
      {rules.length > 0 && (
        <Table heads={[t('rule'), t('rules.severity'), t('rules.dimension'), t('field.points'), t('pack.in_use')]}>
          {rules.map((rule) => (
            <tr key={rule.id} className={rule.off ? 'off' : ''}>
              <td>
                <button type="button" className="plain-link" onClick={() => onGo(rule.file, rule.line)}>
                  <b>{format.title(rule.title, rule.id)}</b>
                </button>{' '}
                <code className="quiet">{rule.id}</code>
              </td>
              <td>{rule.severity && <SeverityTag severity={rule.severity} />}</td>
              <td>{rule.dimension && t(`dimension.${rule.dimension}`, { defaultValue: rule.dimension })}</td>
              <td>
                <Points
                  label={`${t('field.points')} ${format.title(rule.title, rule.id)}`}
                  value={rule.points}
                  onSet={(points) => edit.mutate({ points: { rule: rule.id, points } })}
                />
              </td>
              <td>
                <Switch
                  size="small"
                  aria-label={`${t('pack.in_use')} ${format.title(rule.title, rule.id)}`}
                  checked={!rule.off}
                  disabled={edit.isPending}
                  onChange={(on) => edit.mutate({ off: { rule: rule.id, off: !on } })}
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
      {lists.length > 0 && <h3 className="simple-lists">{t('pack.phrase_lists')}</h3>}
      <ul className="phrase-lists">
        {lists.map((list) => (
          <li key={list.name}>
            <button type="button" className="plain-link" onClick={() => onGo(list.file, list.line)}>
              <b>${list.name}</b>
            </button>
            <p>
              {list.phrases.map((phrase) => (
                <span key={phrase} className="tag plain">
                  {phrase}
                </span>
              ))}
            </p>
            <Phrase list={list.name} onAdd={(phrase) => edit.mutate({ phrase: { list: list.name, phrase } })} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Points({ label, value, onSet }: { label: string; value: number | null; onSet: (points: number) => void }) {
  const [points, setPoints] = useState(value);
  // What was said last: the check that tells it as the new value comes later.
  const said = useRef(value);
  useEffect(() => {
    said.current = value;
    setPoints(value);
  }, [value]);
  const say = () => {
    if (points === null || points === said.current) return;
    said.current = points;
    onSet(points);
  };
  return (
    <InputNumber
      size="small"
      aria-label={label}
      min={-100}
      max={100}
      value={points}
      onChange={setPoints}
      onBlur={say}
      onPressEnter={say}
    />
  );
}

function Phrase({ list, onAdd }: { list: string; onAdd: (phrase: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const add = () => {
    if (text.trim()) onAdd(text.trim());
    setText('');
  };
  return (
    <span className="phrase-add">
      <Input
        size="small"
        aria-label={`${t('pack.add_phrase')} ${list}`}
        placeholder={t('pack.add_phrase')}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onPressEnter={add}
      />
      <Button size="small" disabled={!text.trim()} onClick={add}>
        {t('pack.add')}
      </Button>
    </span>
  );
}
