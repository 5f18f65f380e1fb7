import { useSyncExternalStore } from 'react';

export type Loop = { from: number; to: number };
type State = { ms: number; playing: boolean; rate: number; loop: Loop | null; broken: boolean };

export const RATES = [0.75, 1, 1.25, 1.5, 2];
const KEPT = 'lingjian.rate';

/** The sound of one conversation, and whoever wants to know where it is. */
export class Playback {
  readonly media = new Audio();
  private state: State = { ms: 0, playing: false, rate: 1, loop: null, broken: false };
  private listeners = new Set<() => void>();
  private frame = 0;
  private wanted: number | null = null;

  constructor(url: string) {
    const { media } = this;
    media.preload = 'metadata';
    media.src = url;
    media.addEventListener('play', () => {
      this.tell({ playing: true });
      this.frame = requestAnimationFrame(this.tick);
    });
    media.addEventListener('pause', () => {
      cancelAnimationFrame(this.frame);
      this.tell({ playing: false, ms: media.currentTime * 1000 });
    });
    media.addEventListener('seeking', () => this.tell({ ms: media.currentTime * 1000 }));
    media.addEventListener('loadedmetadata', () => {
      media.playbackRate = this.state.rate;
      if (this.wanted !== null) media.currentTime = this.wanted / 1000;
      this.wanted = null;
    });
    media.addEventListener('error', () => this.tell({ broken: true }));
    const kept = Number(localStorage.getItem(KEPT));
    if (RATES.includes(kept)) this.setRate(kept);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  get = (): State => this.state;

  private tell(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  private tick = (): void => {
    const { loop } = this.state;
    let ms = this.media.currentTime * 1000;
    if (loop && (ms >= loop.to || ms < loop.from - 400)) {
      this.media.currentTime = loop.from / 1000;
      ms = loop.from;
    }
    this.tell({ ms });
    this.frame = requestAnimationFrame(this.tick);
  };

  seek(ms: number): void {
    const at = Math.max(0, ms);
    if (this.media.readyState >= 1) this.media.currentTime = Math.min(at / 1000, this.media.duration || at / 1000);
    else this.wanted = at;
    const { loop } = this.state;
    if (loop && (at < loop.from || at >= loop.to)) this.tell({ loop: null, ms: at });
    else this.tell({ ms: at });
  }

  play(): void {
    void this.media.play().catch(() => this.tell({ broken: this.media.error !== null }));
  }

  toggle(): void {
    if (this.media.paused) this.play();
    else this.media.pause();
  }

  setRate(rate: number): void {
    this.media.playbackRate = rate;
    this.media.defaultPlaybackRate = rate;
    localStorage.setItem(KEPT, String(rate));
    this.tell({ rate });
  }

  setLoop(loop: Loop | null): void {
    this.tell({ loop });
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.media.pause();
    this.media.removeAttribute('src');
    this.media.load();
    this.listeners.clear();
  }
}

const nothing = () => () => {};

/** One value of where the sound is; drawn anew only when that value changes. */
export function usePlayback<T extends string | number | boolean | null | Loop>(
  playback: Playback | null,
  select: (state: State) => T,
  otherwise: T,
): T {
  return useSyncExternalStore(playback?.subscribe ?? nothing, () => (playback ? select(playback.get()) : otherwise));
}
