import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { address } from '../../api/client';
import type { Finding, Judgement, Transcript, Turn } from '../../api/types';
import { inOrder, turnAt } from './marks';
import { Playback, RATES } from './playback';

const STEP_MS = 5000;
/** Sound begins a little before what was found, so that one hears how it came to it. */
const LEAD_MS = 800;
const NO_TURNS: Turn[] = [];

type Props = {
  /** The conversation. */
  id: string;
  audible: boolean;
  transcript: Transcript | null;
  judgement: Judgement | null;
  /** Where one went, to be kept in the address. */
  onGo?: (turn: number, ms: number) => void;
};
export type Listening = ReturnType<typeof useListening>;

/** Whether keys belong to what is typed or chosen there. */
export function isTyping(target: HTMLElement): boolean {
  return (
    target.closest('input, textarea, select, [contenteditable], [role="combobox"], [role="dialog"], [role="menu"]') !==
    null
  );
}

/** A call being listened to: its sound, its words, its findings, and the ways about in them by pointer and keys. */
export function useListening({ id, audible, transcript, judgement, onGo }: Props) {
  // Places of a judgement stand in the words that it judged.
  const fits = Boolean(transcript && judgement && judgement.transcript === transcript.id);
  const findings = useMemo(() => inOrder(judgement?.findings ?? []), [judgement]);
  const turns = transcript?.turns ?? NO_TURNS;
  const timed = turns.some((turn) => turn.end_ms > 0);

  const [playback, setPlayback] = useState<Playback | null>(null);
  useEffect(() => {
    if (!audible) return;
    const made = new Playback(address(`/conversations/${id}/recording`));
    setPlayback(made);
    return () => {
      made.stop();
      setPlayback(null);
    };
  }, [audible, id]);

  const [selected, select] = useState<number | null>(null);
  const [pointed, setPointed] = useState<{ turn: number; nonce: number } | null>(null);
  /** The turn one is at where there is no sound that tells. */
  const [read, setRead] = useState(-1);
  const point = useCallback((turn: number) => {
    setRead(turn);
    setPointed((last) => ({ turn, nonce: (last?.nonce ?? 0) + 1 }));
  }, []);
  const here = playback ? -1 : read;
  const turnNow = useCallback(() => (playback ? turnAt(turns, playback.get().ms + 1) : read), [playback, turns, read]);

  const goTurn = useCallback(
    (turn: number, ms: number) => {
      playback?.seek(ms);
      setRead(turn);
      onGo?.(turn, ms);
    },
    [playback, onGo],
  );
  const goFinding = useCallback(
    (place: number) => {
      const finding = findings.find((one) => one.place === place);
      if (!finding) return;
      select(place);
      if (finding.start_ms !== null && finding.start_ms !== undefined) playback?.seek(finding.start_ms - LEAD_MS);
      const turn =
        finding.turn ??
        (finding.start_ms === null || finding.start_ms === undefined ? null : turnAt(turns, finding.start_ms));
      if (fits && turn !== null && turn >= 0) {
        point(turn);
        onGo?.(turn, finding.start_ms ?? turns[turn]?.start_ms ?? 0);
      }
    },
    [findings, playback, turns, fits, point, onGo],
  );
  /** Lets a place of these words be heard. */
  const hear = useCallback(
    ({ turn, start_ms }: { turn?: number; start_ms: number }) => {
      const at = turn ?? turnAt(turns, start_ms);
      if (turns[at]) point(at);
      playback?.seek(start_ms - LEAD_MS);
      playback?.play();
    },
    [playback, turns, point],
  );
  const step = useCallback(
    (by: 1 | -1) => {
      if (!findings.length) return;
      const place = findings.findIndex((one) => one.place === selected);
      const next = place < 0 ? (by > 0 ? 0 : findings.length - 1) : (place + by + findings.length) % findings.length;
      goFinding(findings[next]!.place);
    },
    [findings, selected, goFinding],
  );

  const acts = useRef({ step, goTurn, turnNow });
  acts.current = { step, goTurn, turnNow };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as HTMLElement;
      if (isTyping(target)) return;
      if (event.key === '[' || event.key === ']') {
        acts.current.step(event.key === ']' ? 1 : -1);
      } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
        if (!turns.length) return;
        const next = acts.current.turnNow() + (event.key === 'ArrowDown' ? 1 : -1);
        const turn = Math.max(0, Math.min(turns.length - 1, next));
        acts.current.goTurn(turn, turns[turn]!.start_ms);
        point(turn);
      } else if (!playback) {
        return;
      } else if (event.key === ' ') {
        if (target.closest('button, a') && !target.closest('.player, .talk, .finding-list')) return;
        playback.toggle();
      } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
        playback.seek(playback.get().ms + (event.key === 'ArrowRight' ? STEP_MS : -STEP_MS));
      } else if (event.key === '-' || event.key === '=') {
        const place = RATES.indexOf(playback.get().rate) + (event.key === '=' ? 1 : -1);
        if (RATES[place]) playback.setRate(RATES[place]);
      } else {
        return;
      }
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [playback, turns, point]);

  return {
    playback,
    turns,
    timed,
    findings,
    /** Those that stand in the words that are shown. */
    marked: fits ? findings : NO_FINDINGS,
    fits,
    selected,
    select,
    pointed,
    point,
    here,
    turnNow,
    goTurn,
    goFinding,
    hear,
    step,
  };
}

const NO_FINDINGS: Finding[] = [];
