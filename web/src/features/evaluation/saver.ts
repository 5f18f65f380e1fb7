import { ApiError } from '../../api/client';

export type Saving =
  | { kind: 'saved' | 'changed' | 'saving' }
  | { kind: 'failed'; error: unknown }
  /** Somebody else wrote it meanwhile. */
  | { kind: 'clash' };

/** Saves what is written, a little after it was: one after the other, always the newest, nothing left out. */
export class Saver<T> {
  state: Saving = { kind: 'saved' };
  private wanted: { what: T } | null = null;
  private running: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly put: (what: T) => Promise<void>,
    private readonly tell: (state: Saving) => void,
    private readonly afterMs = 600,
    private readonly againMs = 5000,
  ) {}

  change(what: T): void {
    this.wanted = { what };
    // Whose writing counts is for the person to say.
    if (this.state.kind === 'clash') return;
    if (this.state.kind !== 'saving') this.become({ kind: 'changed' });
    this.later(this.afterMs);
  }

  /** Saves at once. True where all is saved then. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    if (this.state.kind === 'clash') return false;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    await this.running;
    return this.state.kind === 'saved';
  }

  /** After a clash: what is written here shall count. */
  insist(): Promise<boolean> {
    if (this.state.kind === 'clash') this.become({ kind: 'changed' });
    return this.flush();
  }

  /** What was not saved is not wanted any more. */
  forget(): void {
    clearTimeout(this.timer);
    this.wanted = null;
    this.become({ kind: 'saved' });
  }

  private async run(): Promise<void> {
    while (this.wanted) {
      const { what } = this.wanted;
      this.wanted = null;
      this.become({ kind: 'saving' });
      try {
        await this.put(what);
      } catch (error) {
        this.wanted ??= { what };
        if (error instanceof ApiError && error.code === 'changed_meanwhile') {
          this.become({ kind: 'clash' });
        } else {
          this.become({ kind: 'failed', error });
          // What the server cannot do now it may do later; what it does not want it will not.
          if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) this.later(this.againMs);
        }
        return;
      }
    }
    this.become({ kind: 'saved' });
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }

  private become(state: Saving): void {
    this.state = state;
    this.tell(state);
  }
}
