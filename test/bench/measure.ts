// How long does a process, or a piece of work, take? The middle of several runs: these machines drift.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { type Row, usualNoise } from './row.ts';

export interface Run {
  /** From the start of the process to its end. */
  readonly elapsedMs: number;
  readonly peakMegabytes: number;
  readonly stdout: string;
}

/** Runs a script with its arguments in a process of its own; `folder` takes the script as it runs, and a note of its memory. */
export function runProcess(folder: string, script: string, ...args: readonly string[]): Run {
  const note = join(folder, 'memory.txt');
  const reporter = pathToFileURL(asJavaScript(folder, projectFile('test/bench/reportMemory.ts'))).href;
  const plain = asJavaScript(folder, script);
  const env = { ...process.env, LLM_BATCH_BENCH_MEMORY: note, LLM_BATCH_HOME: join(folder, 'home') };
  const startedMs = performance.now();
  const { stdout, stderr, error } = spawnSync(process.execPath, ['--import', reporter, plain, ...args], {
    ...{ encoding: 'utf8', maxBuffer: 1 << 28, env },
  });
  const elapsedMs = performance.now() - startedMs;
  if (error !== undefined || stdout === '') throw new Error(`${script} failed: ${error ?? stderr}`);
  return { elapsedMs, peakMegabytes: (Number(readFileSync(note, 'utf8')) * 1024) / 1e6, stdout };
}

/** Node would take 70 ms to learn TypeScript, which is in nobody's work. What is JavaScript already runs from its place. */
function asJavaScript(folder: string, script: string): string {
  if (!script.endsWith('.ts')) return script;
  const outfile = join(folder, basename(script).replace(/\.ts$/, '.mjs'));
  if (!existsSync(outfile)) {
    buildSync({ entryPoints: [script], outfile, bundle: true, platform: 'node', format: 'esm' });
  }
  return outfile;
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

/** The middle one of several runs, and how long each of them took. */
export interface Turns extends Run {
  readonly turnsMs: readonly number[];
}

/** Runs each of the works in turn, so often, so that a slow moment of the machine falls on all of them. */
export function interleaved<Name extends string>(
  times: number,
  works: Readonly<Record<Name, () => Run>>,
): Readonly<Record<Name, Turns>> {
  const runs = new Map<string, Run[]>();
  for (let turn = 0; turn < times; turn++) {
    for (const name of Object.keys(works) as Name[])
      runs.set(name, [...(runs.get(name) ?? []), works[name]()]);
  }
  return Object.fromEntries([...runs].map(([name, of]) => [name, middle(of)])) as Record<Name, Turns>;
}

function middle(runs: readonly Run[]): Turns {
  const sorted = [...runs].sort((a, b) => a.elapsedMs - b.elapsedMs);
  return { ...(sorted[sorted.length >> 1] as Run), turnsMs: runs.map(({ elapsedMs }) => elapsedMs) };
}

/** How far the ratio of two works that were measured in turn goes up and down by itself, as a share of it. */
export function noiseOf(turnsMs: readonly number[], floorTurnsMs: readonly number[]): number {
  const ratios = turnsMs.map((ms, turn) => ms / (floorTurnsMs[turn] ?? Number.NaN));
  const spread = (quantile(ratios, 0.9) - quantile(ratios, 0.1)) / quantile(ratios, 0.5);
  return Math.max(usualNoise, spread);
}

/** A work beside the floor of the same turns. @param atMost the target for their ratio. */
export function rowOf(what: string, run: Turns, floor: Turns, note: string, atMost?: number): Row {
  const ratio = run.elapsedMs / floor.elapsedMs;
  const target = atMost === undefined ? {} : { atMost };
  const noise = noiseOf(run.turnsMs, floor.turnsMs);
  return { what, ms: run.elapsedMs, against: [{ what: 'floor', ratio, ...target }], note, noise };
}
