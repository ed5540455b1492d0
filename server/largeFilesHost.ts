// What large files need of this process: the check of whole files in the workers, and the client's display.
import { type Configuration, defaultConfiguration } from '#core';
import {
  type CheckFileOptions,
  checkFile,
  type FileCheck,
  firstLook,
  kindOfFile,
  type WorkerPool,
} from '#files';
import { diskDiagnostics } from './diskDiagnostics.ts';
import type { Display } from './display.ts';
import { maxProblems } from './documentSession.ts';
import type { CheckOnDisk } from './largeFile.ts';
import type { LargeFilesHost } from './largeFiles.ts';

/** How often each file is looked at, and how long it must stay as it is before it is checked. */
const pollMs = 1000;
const settleMs = 400;

export interface LargeFilesPorts {
  readonly pool: WorkerPool;
  readonly display: Display;
  /** The folder with a page per problem code, as a URL that ends in a slash. */
  readonly pages: string;
  /** ISO date of now. */
  today(): string;
  configFor(uri: string): Promise<Configuration>;
  isDocument(uri: string): boolean;
}

export function largeFilesHost({ pool, display, pages, today, ...ports }: LargeFilesPorts): LargeFilesHost {
  return {
    ...ports,
    pollMs,
    settleMs,
    monotonicMs: () => performance.now(),
    check: (path, options) => check(path, options, { pool, provider: 'auto', maxProblems, today: today() }),
    isWideBatch: (path, { report }) => {
      const kind =
        report.problems[0]?.code === 'file.encoding' ? kindOfFile(path, defaultConfiguration) : null;
      return kind !== null && kind.kind !== 'recognised';
    },
    publish: async (file, { problems }, options) =>
      display.publishFile(file.uri, await diskDiagnostics(file, problems, pages, options)),
    summarize: (summary) => display.summarize(summary),
    clear: (uri) => display.clear(uri),
    lose: (uri, why) => display.lose(uri, why),
    failed: (what, error) => display.failed(what, error),
  };
}

/** The workers begin with all of it while this thread looks at the first lines. */
async function check(
  path: string,
  { onFirst, ...options }: CheckOnDisk,
  more: Pick<CheckFileOptions, 'pool' | 'provider' | 'maxProblems' | 'today'>,
): Promise<FileCheck> {
  let isOver = false;
  const whole = checkFile(path, { ...options, ...more, workersOnly: true, estimate: 'summary' }).finally(
    () => {
      isOver = true;
    },
  );
  // What cannot be read says so there.
  const first = await Promise.race([
    firstLook(path, { ...options, ...more }).catch(() => null),
    whole.then(() => null),
  ]);
  if (first !== null && !isOver) onFirst(first);
  return whole;
}
