import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/client';
import { Saver, type Saving } from './saver';

const AFTER = 600;
const AGAIN = 5000;

/** A server that answers when told to. */
function server() {
  const asked: { what: string; done: () => void; fail: (error: unknown) => void }[] = [];
  const put = (what: string) =>
    new Promise<void>((resolve, reject) => {
      asked.push({ what, done: resolve, fail: reject });
    });
  const told: Saving['kind'][] = [];
  const saver = new Saver<string>(put, (state) => told.push(state.kind), AFTER, AGAIN);
  return { asked, told, saver };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('saving', () => {
  it('waits until one stops, and takes the newest', async () => {
    const { asked, told, saver } = server();
    saver.change('a');
    await vi.advanceTimersByTimeAsync(AFTER - 1);
    saver.change('ab');
    await vi.advanceTimersByTimeAsync(AFTER);
    expect(asked.map(({ what }) => what)).toEqual(['ab']);
    asked[0]!.done();
    await settle();
    expect(told.at(-1)).toBe('saved');
  });

  it('sends one after the other', async () => {
    const { asked, saver } = server();
    saver.change('a');
    const first = saver.flush();
    saver.change('b');
    saver.change('c');
    const second = saver.flush();
    await vi.advanceTimersByTimeAsync(AFTER);
    expect(asked).toHaveLength(1);
    asked[0]!.done();
    await settle();
    expect(asked.map(({ what }) => what)).toEqual(['a', 'c']);
    asked[1]!.done();
    expect(await first).toBe(true);
    expect(await second).toBe(true);
  });

  it('keeps what was not saved and tries again', async () => {
    const { asked, saver } = server();
    saver.change('a');
    const flushed = saver.flush();
    asked[0]!.fail(new ApiError(0, 'unreachable', ''));
    expect(await flushed).toBe(false);
    expect(saver.state.kind).toBe('failed');
    await vi.advanceTimersByTimeAsync(AGAIN);
    expect(asked.map(({ what }) => what)).toEqual(['a', 'a']);
    asked[1]!.done();
    await settle();
    expect(saver.state.kind).toBe('saved');
  });

  it('asks no second time for what is not wanted, until something changed', async () => {
    const { asked, saver } = server();
    saver.change('a');
    void saver.flush();
    asked[0]!.fail(new ApiError(400, 'bad_request', ''));
    await vi.advanceTimersByTimeAsync(AGAIN * 3);
    expect(asked).toHaveLength(1);
    saver.change('b');
    await vi.advanceTimersByTimeAsync(AFTER);
    expect(asked[1]!.what).toBe('b');
  });

  it('never writes over somebody else by itself', async () => {
    const { asked, saver } = server();
    saver.change('a');
    void saver.flush();
    asked[0]!.fail(new ApiError(412, 'changed_meanwhile', ''));
    await settle();
    saver.change('b');
    await vi.advanceTimersByTimeAsync(AGAIN * 3);
    expect(await saver.flush()).toBe(false);
    expect(asked).toHaveLength(1);
    expect(saver.state.kind).toBe('clash');
    const insisted = saver.insist();
    expect(asked[1]!.what).toBe('b');
    asked[1]!.done();
    expect(await insisted).toBe(true);
  });

  it('forgets when told to', async () => {
    const { asked, saver } = server();
    saver.change('a');
    saver.forget();
    await vi.advanceTimersByTimeAsync(AFTER);
    expect(asked).toHaveLength(0);
    expect(saver.state.kind).toBe('saved');
  });

  it('has nothing to do where nothing changed', async () => {
    const { asked, saver } = server();
    expect(await saver.flush()).toBe(true);
    expect(asked).toHaveLength(0);
  });
});
