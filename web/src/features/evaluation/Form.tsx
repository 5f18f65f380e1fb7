import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '../../api/client';
import { type Act, type Evaluation, type Moment, markOf, type Remark } from '../../api/evaluations';
import { figure, useFormat } from '../../ui/format';
import { Detail, errorText, IconButton } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { toast } from '../../ui/toast';
import { isTyping, type Listening } from '../conversation/listening';
import { stands } from '../evaluations/marks';
import { Ask, type Reasoned } from './Ask';
import { ItemLine, toggled } from './ItemLine';
import { Keys } from './Keys';
import { askedBy } from './keys';
import { Remarks, remarkPart } from './Remarks';
import { SaveState } from './SaveState';
import { Steps } from './Steps';
import { answered, askedOf, choiceOf, momentAt, momentOf, pinned, remarked } from './sheet';
import { Derivation, Totals } from './Totals';
import { useWriting } from './writing';

type Props = { evaluation: Evaluation; language: string | null; listening: Listening; onReload: () => Promise<void> };
const REASONED = ['appeal', 'uphold', 'change'] as const;
const PLAIN = ['send', 'acknowledge'] as const;

/** The card as it is being filled in, or as it was: by pointer or by keys alone. */
export function Form({ evaluation, language, listening, onReload }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { id, form, may } = evaluation;
  const writable = may.includes('write');
  const { sheet, saving, saver, write, saved, keep, insist } = useWriting(evaluation);

  const suggestionOf = (item: string) => evaluation.answers[item]?.suggestion ?? null;
  const asked = askedOf(form, sheet.answers, (item) => suggestionOf(item)?.option);
  const parts = [...asked.map((item) => item.id), ...sheet.remarks.map((_, place) => remarkPart(place))];

  // What the keys are for.
  const holder = useRef<HTMLElement>(null);
  const [chosen, setActive] = useState<string | null>(null);
  const active = chosen !== null && parts.includes(chosen) ? chosen : (parts[0] ?? null);
  const [going, setGoing] = useState<{ part: string; text: boolean } | null>(null);
  const [commenting, setCommenting] = useState<string | null>(null);
  const go = (part: string | undefined, text = false) => {
    if (part === undefined) return;
    setActive(part);
    setGoing({ part, text });
  };
  useEffect(() => {
    const element = going && holder.current?.querySelector<HTMLElement>(`[data-part="${going.part}"]`);
    if (!element) return;
    ((going.text && element.querySelector('textarea')) || element).focus({ preventScroll: true });
    element.scrollIntoView({ block: 'nearest' });
  }, [going]);

  const here = (): Moment => {
    const { playback, turns, timed, turnNow } = listening;
    const turn = turnNow();
    // Without sound one is at the turn that one went to last.
    if (!playback) return turns[turn] ? momentOf(turns[turn], turn) : momentAt([], 0);
    return momentAt(turns, playback.get().ms + 1, timed);
  };
  const [asking, setAsking] = useState<Reasoned | null>(null);
  const pin = (part: string | null) => {
    if (asking?.kind === 'appeal') {
      setAsking({ ...asking, evidence: pinned(asking.evidence, here()) });
    } else if (writable && part?.startsWith('remark ')) {
      const place = Number(part.slice('remark '.length));
      write((before) => remarked(before, place, { evidence: pinned(before.remarks[place]?.evidence, here()) }));
    } else if (writable && part !== null) {
      write((before) => answered(before, part, { evidence: pinned(before.answers[part]?.evidence, here()) }));
    }
  };
  const comment = (part: string) => {
    setCommenting(part);
    go(part, true);
  };
  const add = (kind: Remark['kind']) => {
    write((before) => ({ ...before, remarks: [...before.remarks, { kind, text: '', evidence: [] }] }));
    go(remarkPart(sheet.remarks.length), true);
  };

  // Steps that are taken.
  const [busy, setBusy] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const doing = async (what: string, done: () => Promise<void>) => {
    if (busy) return;
    setBusy(what);
    setTrouble(null);
    try {
      // What is not saved comes first; where that does not go, the form says so.
      if (what === 'discard' || (await saver.flush())) await done();
    } catch (error) {
      setTrouble(error);
    } finally {
      setBusy(null);
    }
  };
  const take = (act: Act, body: object = {}) =>
    doing(act, async () => {
      const kept = await api.postMarked<Evaluation>(`/evaluations/${id}/${act}`, body, markOf(saved()));
      toast.good(t(`evaluation.done.${act}`));
      setAsking(null);
      keep(kept);
      void client.invalidateQueries({ queryKey: ['evaluations'] });
      // Another revision began, or what was looked at was an earlier one.
      void navigate({ to: '/evaluations/$id', params: { id }, search: {}, replace: true });
    });
  const submit = () =>
    doing('submit', async () => {
      const { gaps } = saved();
      const first = parts.find((part) => gaps.some((gap) => gap.item === part));
      // A place without a word would be lost.
      const wordless = sheet.remarks.findIndex((one) => !one.text.trim() && one.evidence?.length);
      if (gaps.length || wordless >= 0) {
        setTried(true);
        go(first ?? (wordless >= 0 ? remarkPart(wordless) : parts[0]), first === undefined);
        toast.bad(gaps.length ? t('evaluation.gaps', { n: gaps.length }) : t('evaluation.wordless'));
        return;
      }
      setBusy(null);
      const kept = await api.postMarked<Evaluation>(`/evaluations/${id}/submit`, {}, markOf(saved()));
      toast.good(t('evaluation.done.submit'));
      keep(kept);
      void client.invalidateQueries({ queryKey: ['evaluations'] });
    });
  const discard = () =>
    doing('discard', async () => {
      await api.remove(`/evaluations/${id}`, markOf(saved()));
      saver.forget();
      void client.invalidateQueries({ queryKey: ['evaluations'] });
      await navigate({ to: '/evaluations' });
    });
  const reload = async () => {
    saver.forget();
    setTrouble(null);
    await onReload();
  };

  // Keys.
  const [keys, setKeys] = useState(false);
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    if (isTyping(target)) {
      if (event.key !== 'Escape' || event.isComposing) return;
      const part = target.closest<HTMLElement>('[data-part]');
      if (part) part.focus();
      else if (target.closest('.ask')) target.blur();
      return;
    }
    const wanted = askedBy(event);
    if (!wanted) return;
    event.preventDefault();
    const place = active === null ? -1 : parts.indexOf(active);
    switch (wanted.kind) {
      case 'next':
        // The first press comes to where one is, before it goes on.
        return go(parts[chosen === null ? place : Math.min(parts.length - 1, place + 1)]);
      case 'previous':
        return go(parts[Math.max(0, place - 1)]);
      case 'keys':
        return setKeys(true);
      case 'evidence':
        return pin(active);
      case 'submit':
        return void (may.includes('submit') && submit());
    }
    if (!writable) return;
    const item = asked.find((one) => one.id === active);
    if (wanted.kind === 'choice') {
      const choice = item && choiceOf(item, wanted.digit);
      if (!item || !choice) return;
      write((before) => answered(before, item.id, { choice: toggled(before.answers[item.id]?.choice, choice) }));
      go(item.id);
    } else if (wanted.kind === 'comment') {
      if (active !== null) comment(active);
    } else {
      add(wanted.kind);
    }
  };
  const pressed = useRef(press);
  pressed.current = press;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => pressed.current(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);

  /** An item that is only not answered yet is no fault before one wants to be done. */
  const lacksOf = (item: string) =>
    writable
      ? evaluation.gaps
          .filter((gap) => gap.item === item && (gap.lack !== 'answer' || (tried && !sheet.answers[item]?.choice)))
          .map((gap) => gap.lack)
      : [];
  const [opened, setOpened] = useState<string | null>(null);
  const { scored } = evaluation;
  let number = 0;
  return (
    <section className="side-pane form-pane" aria-label={t('evaluation.card')} ref={holder}>
      <div className="form-top">
        <div className="form-bar">
          {writable && <SaveState saving={saving} />}
          <span className="form-tools">
            <IconButton icon="keyboard" label={`${t('evaluation.keys')} ?`} onClick={() => setKeys(true)} />
            {may.includes('discard') && (
              <Sure
                question={t('evaluation.discard_sure')}
                action={t('evaluation.discard')}
                loading={busy === 'discard'}
                onSure={() => void discard()}
              />
            )}
            {PLAIN.filter((act) => may.includes(act)).map((act) => (
              <Button key={act} type="primary" loading={busy === act} onClick={() => void take(act)}>
                {t(`evaluation.act.${act}`)}
              </Button>
            ))}
            {REASONED.filter((kind) => may.includes(kind)).map((kind) => (
              <Button
                key={kind}
                aria-expanded={asking?.kind === kind}
                onClick={() =>
                  setAsking(asking?.kind === kind ? null : { items: [], evidence: [], reason: '', ...asking, kind })
                }
              >
                {t(`evaluation.act.${kind}`)}
              </Button>
            ))}
            {may.includes('submit') && (
              <Button type="primary" loading={busy === 'submit'} onClick={() => void submit()}>
                {t('evaluation.act.submit')}
              </Button>
            )}
          </span>
        </div>
        {saving.kind === 'clash' && (
          <div className="trouble" role="alert">
            <b>{t('evaluation.clash')}</b>
            <Button size="small" onClick={() => void reload()}>
              {t('evaluation.take_saved')}
            </Button>
            <Button size="small" onClick={() => void insist().catch(setTrouble)}>
              {t('evaluation.keep_mine')}
            </Button>
          </div>
        )}
        {trouble !== null && (
          <div className="trouble" role="alert">
            <b>{errorText(t, trouble)}</b>
            <Detail error={trouble} />
            {trouble instanceof ApiError && ['changed_meanwhile', 'conflict'].includes(trouble.code) && (
              <Button size="small" onClick={() => void reload()}>
                {t('evaluation.load_again')}
              </Button>
            )}
          </div>
        )}
        {asking && (
          <Ask
            // A reason for one step is none for the other.
            key={asking.kind}
            asking={asking}
            items={asked}
            listening={listening}
            busy={busy === asking.kind}
            onChange={(change) => setAsking({ ...asking, ...change })}
            onPin={() => pin(null)}
            onClose={() => setAsking(null)}
            onDone={() => {
              const { kind, reason, items, evidence } = asking;
              void take(kind, kind === 'appeal' ? { reason, items, evidence } : { reason });
            }}
          />
        )}
        <Totals form={form} scored={scored} />
        {writable && (
          <p className="form-left quiet" aria-live="polite">
            {scored.open > 0 ? t('evaluation.open', { n: scored.open }) : t('evaluation.all_answered')}
          </p>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keys */}
      <div className="form-scroll" tabIndex={0}>
        <Steps evaluation={evaluation} listening={listening} />
        {form.sections.map((section) => {
          const items = section.items.filter((item) => asked.includes(item));
          if (!items.length) return null;
          const part = scored.sections.find((one) => one.id === section.id);
          const name = format.title(section.title, section.id);
          return (
            <section key={section.id} className="form-section" aria-label={name}>
              <header>
                <h3>{name}</h3>
                {part && part.share > 0 && (
                  <span className="quiet">{t('evaluation.weight', { n: Math.round(part.share * 1000) / 10 })}</span>
                )}
                {part && part.score !== null && (
                  <button
                    type="button"
                    className={`section-score score-cell ${stands(part.score)}`}
                    aria-expanded={opened === section.id}
                    aria-label={`${name} ${figure(part.score)}${t('comma')}${t('conversation.derivation')}`}
                    title={t('conversation.derivation')}
                    onClick={() => setOpened(opened === section.id ? null : section.id)}
                  >
                    {figure(part.score)}
                  </button>
                )}
              </header>
              {opened === section.id && (
                <Derivation
                  form={form}
                  steps={scored.steps.filter(({ of }) => typeof of === 'object' && of.section === section.id)}
                />
              )}
              <ol>
                {items.map((item) => {
                  number += 1;
                  return (
                    <ItemLine
                      key={item.id}
                      item={item}
                      number={number}
                      answer={sheet.answers[item.id] ?? NOTHING}
                      suggestion={suggestionOf(item.id)}
                      origin={evaluation.answers[item.id]?.origin ?? null}
                      active={active === item.id}
                      lacks={lacksOf(item.id)}
                      commenting={commenting === item.id}
                      language={language}
                      listening={listening}
                      onChange={writable ? (change) => write((before) => answered(before, item.id, change)) : undefined}
                      onActive={() => setActive(item.id)}
                      onPin={() => pin(item.id)}
                      onComment={() => comment(item.id)}
                    />
                  );
                })}
              </ol>
            </section>
          );
        })}
        <Remarks
          remarks={sheet.remarks}
          active={active}
          listening={listening}
          onChange={writable ? (place, change) => write((before) => remarked(before, place, change)) : undefined}
          onAdd={add}
          onActive={setActive}
          onPin={pin}
        />
      </div>
      {keys && <Keys onClose={() => setKeys(false)} />}
    </section>
  );
}

const NOTHING = {};
