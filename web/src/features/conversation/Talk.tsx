import { Fragment, type MouseEvent, memo, useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Finding, Transcript, Turn } from '../../api/types';
import { betters, clock, useFormat } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import { stretches, turnAt } from './marks';
import { type Playback, usePlayback } from './playback';

const GAP_MS = 3000;
const HANDS_OFF_MS = 4000;

type Props = {
  transcript: Transcript;
  findings: Finding[];
  playback: Playback | null;
  selected: number | null;
  /** The turn that is pointed at, by address or by finding. */
  pointed: { turn: number; nonce: number } | null;
  /** The turn one is at where no sound tells. */
  here: number;
  timed: boolean;
  onTurn: (turn: number, ms: number) => void;
  onFinding: (place: number) => void;
  /** None where there is nothing to link to. */
  onLink?: (turn: number) => void;
};

/** What was said, in step with the sound. */
export function Talk(props: Props) {
  const { transcript, findings, playback, selected, pointed, here, timed, onTurn, onFinding, onLink } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const holder = useRef<HTMLDivElement>(null);
  const touched = useRef(0);
  const { turns } = transcript;
  const heard = usePlayback(playback, (state) => (state.ms > 0 ? turnAt(turns, state.ms) : -1), here);
  const playing = usePlayback(playback, (state) => state.playing, false);
  const byTurn = useMemo(() => {
    const map = new Map<number, Finding[]>();
    for (const finding of findings) {
      if (finding.turn === null || finding.turn === undefined) continue;
      const list = map.get(finding.turn);
      if (list) list.push(finding);
      else map.set(finding.turn, [finding]);
    }
    return map;
  }, [findings]);

  const bring = useCallback((turn: number, smooth: boolean) => {
    holder.current
      ?.querySelector(`[data-turn="${turn}"]`)
      ?.scrollIntoView({ block: 'center', behavior: smooth ? 'smooth' : 'instant' });
  }, []);
  useEffect(() => {
    if (!pointed) return;
    bring(pointed.turn, false);
    const element = holder.current?.querySelector(`[data-turn="${pointed.turn}"]`);
    element?.classList.remove('flash');
    requestAnimationFrame(() => element?.classList.add('flash'));
  }, [pointed, bring]);
  useEffect(() => {
    if (playing && heard >= 0 && Date.now() - touched.current > HANDS_OFF_MS) bring(heard, true);
  }, [heard, playing, bring]);

  if (!turns.length) return <p className="nothing">{t('conversation.no_words')}</p>;
  const off = () => {
    touched.current = Date.now();
  };
  let before: Turn | undefined;
  return (
    <div className="talk" ref={holder} onWheel={off} onTouchMove={off}>
      {turns.map((turn, index) => {
        const gap = before && timed ? turn.start_ms - Math.max(before.end_ms, before.start_ms) : 0;
        const same = before?.role === turn.role && gap < GAP_MS;
        before = turn;
        return (
          <Fragment key={index}>
            {gap >= GAP_MS && <p className="gap">{t('conversation.silence', { span: format.span(gap) })}</p>}
            <TurnLine
              turn={turn}
              index={index}
              same={same}
              timed={timed}
              findings={byTurn.get(index) ?? NONE}
              heard={index === heard}
              playback={index === heard ? playback : null}
              selected={selected !== null && byTurn.get(index)?.some((one) => one.place === selected) ? selected : null}
              onTurn={onTurn}
              onFinding={onFinding}
              onLink={onLink}
            />
          </Fragment>
        );
      })}
    </div>
  );
}

const NONE: Finding[] = [];

type LineProps = {
  turn: Turn;
  index: number;
  same: boolean;
  timed: boolean;
  findings: Finding[];
  heard: boolean;
  playback: Playback | null;
  selected: number | null;
  onTurn: (turn: number, ms: number) => void;
  onFinding: (place: number) => void;
  onLink?: (turn: number) => void;
};

/** Where each word stands among the characters of its turn. */
function wordPlaces(turn: Turn): { from: number; to: number; start: number; end: number }[] {
  const places: { from: number; to: number; start: number; end: number }[] = [];
  const text = turn.text;
  let unit = 0;
  let char = 0;
  for (const word of turn.words ?? []) {
    const wanted = word.text.trim();
    const found = wanted ? text.indexOf(wanted, unit) : -1;
    if (found < 0) continue;
    char += Array.from(text.slice(unit, found)).length;
    const length = Array.from(wanted).length;
    places.push({ from: char, to: char + length, start: word.start_ms, end: word.end_ms });
    char += length;
    unit = found + wanted.length;
  }
  return places;
}

/** Which character of a paragraph was clicked. */
function clickedChar(event: MouseEvent<HTMLElement>): number | null {
  const at = document.caretRangeFromPoint?.(event.clientX, event.clientY);
  if (!at || !event.currentTarget.contains(at.startContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(event.currentTarget);
  before.setEnd(at.startContainer, at.startOffset);
  return Array.from(before.toString()).length;
}

const TurnLine = memo(function TurnLine(props: LineProps) {
  const { turn, index, same, timed, findings, heard, playback, selected, onTurn, onFinding, onLink } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const words = useMemo(() => wordPlaces(turn), [turn]);
  const word = usePlayback(
    words.length ? playback : null,
    (state) => words.findIndex(({ start, end }) => state.ms >= start && state.ms < end),
    -1,
  );
  const place = word >= 0 ? words[word] : undefined;
  const parts = useMemo(() => stretches(turn.text, findings), [turn.text, findings]);
  const click = (event: MouseEvent<HTMLElement>) => {
    if (window.getSelection()?.toString()) return;
    const mark = (event.target as Element).closest<HTMLElement>('mark');
    if (mark) {
      onFinding(Number(mark.dataset.finding));
      return;
    }
    const char = words.length ? clickedChar(event) : null;
    const said = char === null ? undefined : (words.find(({ to }) => char < to) ?? words.at(-1));
    onTurn(index, said?.start ?? turn.start_ms);
  };
  return (
    <div
      data-turn={index}
      className={`turn role-${turn.role} ${same ? 'same' : ''} ${heard ? 'heard' : ''}`}
      aria-current={heard || undefined}
    >
      {timed && (
        <button
          type="button"
          className="turn-time"
          onClick={() => onTurn(index, turn.start_ms)}
          aria-label={t('conversation.from', { time: clock(turn.start_ms) })}
        >
          {clock(turn.start_ms)}
        </button>
      )}
      <div className="said">
        {!same && <span className="speaker">{t(`role.${turn.role}`, { defaultValue: turn.role })}</span>}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: a larger target for the pointer; the time beside it is the button */}
        <p onClick={click}>
          {parts.map((part) => {
            const text = place ? spoken(part.text, part.from, place) : part.text;
            if (!part.findings.length) return <Fragment key={part.from}>{text}</Fragment>;
            const first = findings.find((one) => one.place === part.findings[0])!;
            const tone = betters(first.dimension, first.points) ? 'praise' : `severity-${first.severity}`;
            return (
              <mark
                key={part.from}
                data-finding={selected !== null && part.findings.includes(selected) ? selected : part.findings[0]}
                className={`${tone} ${selected !== null && part.findings.includes(selected) ? 'chosen' : ''}`}
                title={part.findings
                  .map((one) => findings.find((finding) => finding.place === one)!)
                  .map((one) => format.title(one.title, one.rule))
                  .join('\n')}
              >
                {text}
              </mark>
            );
          })}
        </p>
      </div>
      {onLink && (
        <button
          type="button"
          className="turn-link icon-button"
          onClick={() => onLink(index)}
          aria-label={t('conversation.link_turn')}
          title={t('conversation.link_turn')}
        >
          <Icon name="link" size={14} />
        </button>
      )}
    </div>
  );
});

/** The word that is just being said. */
function spoken(text: string, from: number, word: { from: number; to: number }) {
  const chars = Array.from(text);
  const start = Math.max(0, word.from - from);
  const end = Math.min(chars.length, word.to - from);
  if (start >= end) return text;
  return (
    <>
      {chars.slice(0, start).join('')}
      <span className="spoken">{chars.slice(start, end).join('')}</span>
      {chars.slice(end).join('')}
    </>
  );
}
