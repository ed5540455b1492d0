// How is waiting shown? A bar on stderr where that is a screen, nothing elsewhere, and nothing for what is quick.
import { stat } from 'node:fs/promises';
import type { SingleBar } from 'cli-progress';
import type { Input } from './input.ts';
import type { Terminal } from './terminal.ts';

export interface Progress {
  /** How far it has come, in the unit of its total. */
  readonly at: (done: number) => void;
  readonly stop: () => void;
}

/** Files below this are read before a bar could be seen. */
const quickBytes = 20_000_000;

const silent: Progress = { at: () => {}, stop: () => {} };

/** For work that reads a file once, in bytes. */
export async function fileProgress(input: Input, verb: string, terminal: Terminal): Promise<Progress> {
  if (!terminal.showsProgress) return silent;
  const sizeBytes = await stat(input.path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (sizeBytes < quickBytes) return silent;
  const bar = await startBar(`${verb} {bar} {percentage} %`, sizeBytes);
  return { at: (done) => bar.update(done), stop: () => bar.stop() };
}

export interface WorkProgress {
  readonly at: (doneBytes: number, totalBytes: number) => void;
  readonly stop: () => void;
}

/** For work of which it is known only on the way how much it is. */
export async function workProgress(verb: string, terminal: Terminal): Promise<WorkProgress> {
  if (!terminal.showsProgress) return silent;
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  let bar: SingleBar | null = null;
  return {
    at: (done, total) => {
      if (total < quickBytes) return;
      if (bar === null) {
        bar = new SingleBar({ format: `${verb} {bar} {percentage} %`, ...barOptions }, Presets.rect);
        bar.start(total, 0);
      }
      bar.update(done);
    },
    stop: () => {
      bar?.stop();
      bar = null;
    },
  };
}

const barOptions = {
  ...{ stream: process.stderr, clearOnComplete: true, hideCursor: true, barsize: 24, fps: 5 },
};

/** A bar on stderr that leaves no trace; `format` uses cli-progress's placeholders. */
export async function startBar(format: string, total: number, payload: object = {}): Promise<SingleBar> {
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  const bar = new SingleBar({ format, ...barOptions }, Presets.rect);
  bar.start(total, 0, payload);
  return bar;
}
