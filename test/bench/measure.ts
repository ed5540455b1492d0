// How long does a process, or a piece of work, take? The middle of several runs: these machines drift.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Run {
  /** From the start of the process to its end. */
  readonly elapsedMs: number;
  readonly peakMegabytes: number;
  readonly stdout: string;
}

const memoryReporter = new URL('reportMemory.ts', import.meta.url).href;

/** Runs a script with its arguments in a process of its own; `folder` takes a note of its memory. */
export function runProcess(folder: string, script: string, ...args: readonly string[]): Run {
  const note = join(folder, 'memory.txt');
  const startedMs = performance.now();
  const { stdout, stderr, error } = spawnSync(
    process.execPath,
    ['--import', memoryReporter, script, ...args],
    { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LLM_BATCH_BENCH_MEMORY: note } },
  );
  const elapsedMs = performance.now() - startedMs;
  if (error !== undefined || stdout === '') throw new Error(`${script} failed: ${error ?? stderr}`);
  return { elapsedMs, peakMegabytes: (Number(readFileSync(note, 'utf8')) * 1024) / 1e6, stdout };
}

export const projectFile = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export function timeMs(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}

/** Of at least one number; `share` is 0.5 for the median, 0.99 for what one in a hundred exceeds. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Runs each of the works in turn, so often, so that a slow moment of the machine falls on all of them. */
export function interleaved<Name extends string>(
  times: number,
  works: Readonly<Record<Name, () => Run>>,
): Readonly<Record<Name, Run>> {
  const runs = new Map<string, Run[]>();
  for (let turn = 0; turn < times; turn++) {
    for (const name of Object.keys(works) as Name[])
      runs.set(name, [...(runs.get(name) ?? []), works[name]()]);
  }
  return Object.fromEntries([...runs].map(([name, of]) => [name, middle(of)])) as Record<Name, Run>;
}

function middle(runs: readonly Run[]): Run {
  const sorted = [...runs].sort((a, b) => a.elapsedMs - b.elapsedMs);
  return sorted[sorted.length >> 1] as Run;
}
