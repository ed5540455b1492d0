// Many histories, several at once; the first that fails is told with its seed and how to live it again.
import assert from 'node:assert/strict';
import type { ApiKind } from './fates.ts';
import { History } from './history.ts';
import { HttpHistory } from './httpHistory.ts';

/** `http`: through the real adapter, against the simulator. */
export type HistoryKind = ApiKind | `${ApiKind}-http`;

export const historyKinds: readonly HistoryKind[] = [
  ...(['openai', 'anthropic', 'gemini'] as const),
  ...(['openai-http', 'anthropic-http', 'gemini-http'] as const),
];

const atOnce = 6;
const toldLines = 60;

export async function liveMany(kind: HistoryKind, firstSeed: number, count: number): Promise<void> {
  let next = firstSeed;
  const worker = async (): Promise<void> => {
    while (next < firstSeed + count) await liveOne(kind, next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** @throws AssertionError that tells what happened. */
export async function liveOne(kind: HistoryKind, seed: number, lines = toldLines): Promise<void> {
  const history = await make(kind, seed);
  try {
    await history.live();
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const story = history.story.slice(-lines).join('\n');
    assert.fail(`history ${kind} ${seed} (again: npm run soak -- ${kind} ${seed})\n${story}\n${what}`);
  } finally {
    await history.remove();
  }
}

function make(kind: HistoryKind, seed: number): Promise<History | HttpHistory> {
  switch (kind) {
    case 'openai-http':
      return HttpHistory.make('openai', seed);
    case 'anthropic-http':
      return HttpHistory.make('anthropic', seed);
    case 'gemini-http':
      return HttpHistory.make('gemini', seed);
    default:
      return History.make(kind, seed);
  }
}
