import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { HOSTILE, SOUNDING, SOURCE } from './calls';
import { Client, type Kept, signIn, until } from './client';

const run = promisify(execFile);
/** More than a page of the list: the demonstration goes on coming in while it serves. */
const MANY = 110;
const SAMPLES = join(import.meta.dirname, '../../samples');
type Call = Record<string, unknown> & { attributes: Record<string, unknown>; turns: Record<string, unknown>[] };

/** What the demonstration lacks comes as files come, by the program: a call with sound and words, and one that means ill. */
export default async function setup(project: TestProject): Promise<void> {
  const { LINGJIAN_URL: url, LINGJIAN_USER: user = 'admin', LINGJIAN_PASSWORD: password } = process.env;
  const { LINGJIAN_PROGRAM: program, LINGJIAN_DATA: data } = process.env;
  if (!url || !password || !program || !data) {
    throw new Error('run `cargo xtask test browser`, or name LINGJIAN_URL, _USER, _PASSWORD, _PROGRAM and _DATA');
  }
  const kept = await until('somebody signs in', () => signIn(url, user, password));
  const client = await Client.of(url, kept);
  // One after the other: who brings calls in waits for who does so already.
  await judged(client);
  const folder = await mkdtemp(join(tmpdir(), 'lingjian-e2e-'));
  try {
    await lay(folder);
    await run(program, ['import', 'transcripts', '--data', data, join(folder, 'words')]);
    await run(program, ['import', 'recordings', '--data', data, '--source', SOURCE, join(folder, 'sound')]);
  } finally {
    await rm(folder, { recursive: true });
  }
  await judged(client);
  project.provide('url', url);
  project.provide('user', user);
  project.provide('password', password);
  project.provide('kept', kept);
  for (const name of ['sounding', 'hostile'] as const) {
    const { items } = await client.get<{ items: { id: string }[] }>('/conversations', {
      external_id: name === 'hostile' ? HOSTILE.id : SOUNDING,
    });
    project.provide(name, items[0]!.id);
  }
  await client.close();
}

/** Until the demonstration is in, and all that has words is judged. */
function judged(client: Client): Promise<true> {
  return until('all words are judged', async () => {
    const { states } = await client.get<{ states: Record<string, number> }>('/overview');
    const { kinds } = await client.get<{ kinds: { kind: string; waiting: number; running: number }[] }>('/work');
    const judging = kinds.find(({ kind }) => kind === 'judge');
    return (states.judged ?? 0) > MANY && !judging?.waiting && !judging?.running ? true : undefined;
  });
}

async function lay(folder: string): Promise<void> {
  const [words, sound] = [join(folder, 'words'), join(folder, 'sound')];
  await mkdir(words);
  await mkdir(sound);
  const {
    id: _,
    voices: __,
    planted: ___,
    ...told
  } = JSON.parse(await readFile(join(SAMPLES, 'truth/05-delivery-complaint.json'), 'utf8')) as Call;
  const call: Call = { ...told, source: SOURCE };
  await writeFile(join(words, 'sounding.json'), JSON.stringify({ ...call, id: SOUNDING }));
  await cp(join(SAMPLES, 'calls/05-delivery-complaint.opus'), join(sound, `${SOUNDING}.opus`));
  const turns = call.turns.map((turn, place) => (place === 1 ? { ...turn, text: HOSTILE.said } : turn));
  const attributes = { ...call.attributes, agent: HOSTILE.number, agent_name: HOSTILE.agent, queue: HOSTILE.queue };
  await writeFile(join(words, 'hostile.json'), JSON.stringify({ ...call, id: HOSTILE.id, attributes, turns }));
  await cp(join(SAMPLES, 'calls/03-telecom-plan.opus'), join(sound, `${HOSTILE.id}.opus`));
}

declare module 'vitest' {
  interface ProvidedContext {
    url: string;
    user: string;
    password: string;
    kept: Kept;
    sounding: string;
    hostile: string;
  }
}
