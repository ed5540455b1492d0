// Loaded into a process before anything else (`--import`): ends it with SIGKILL at one exact call of the file system.
// Which one is read from the file that LLM_BATCH_TEST_KILL names, so that it can be said while the process runs.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { FileMoment } from './killing.ts';

const order = process.env.LLM_BATCH_TEST_KILL ?? '';
const readFile = fs.readFileSync;
const seen = new Map<string, number>();
/** Moments whose time to be counted has come. */
const begun = new Set<string>();

/** Ends the process when this is the call that was meant; calls of a moment are counted within this process. */
function pass(op: string, when: FileMoment['when'], paths: readonly unknown[]): void {
  let text: string;
  try {
    text = readFile(order, 'utf8');
  } catch {
    return;
  }
  const moment = JSON.parse(text) as FileMoment;
  if (when === 'before' && fits(paths, moment.since ?? '')) begun.add(text);
  if (!begun.has(text) || moment.when !== when || (moment.op !== 'any' && moment.op !== op)) return;
  if (!fits(paths, moment.path)) return;
  const count = (seen.get(text) ?? 0) + 1;
  seen.set(text, count);
  if (count < moment.nth) return;
  fs.writeFileSync(`${order}.hit`, '');
  fs.unlinkSync(order);
  process.kill(process.pid, 'SIGKILL');
}

function fits(paths: readonly unknown[], pattern: string): boolean {
  return paths.some((path) => typeof path === 'string' && new RegExp(pattern).test(path));
}

type Act = (...values: unknown[]) => unknown;

function patch(target: object, op: string, wrap: (original: Act) => Act): void {
  const original = Reflect.get(target, op) as Act;
  Reflect.set(target, op, wrap(original.bind(target)));
}

/** The last argument is called back. */
const withCallback =
  (op: string) =>
  (original: Act): Act =>
  (...values) => {
    pass(op, 'before', values.slice(0, 2));
    const done = values.at(-1) as Act;
    return original(...values.slice(0, -1), (...answer: unknown[]) => {
      pass(op, 'after', values.slice(0, 2));
      return done(...answer);
    });
  };

const withPromise =
  (op: string) =>
  (original: Act): Act =>
  async (...values) => {
    pass(op, 'before', values.slice(0, 2));
    const answer = await original(...values);
    pass(op, 'after', values.slice(0, 2));
    return answer;
  };

const atOnce =
  (op: string) =>
  (original: Act): Act =>
  (...values) => {
    pass(op, 'before', values.slice(0, 2));
    const answer = original(...values);
    pass(op, 'after', values.slice(0, 2));
    return answer;
  };

if (order !== '') {
  for (const op of ['open', 'mkdir', 'rename', 'rmdir', 'unlink']) patch(fs, op, withCallback(op));
  for (const op of ['open', 'mkdir', 'rename', 'rmdir', 'unlink', 'rm', 'writeFile']) {
    patch(fs.promises, op, withPromise(op));
  }
  patch(fs, 'openSync', atOnce('openSync'));
  syncBuiltinESMExports();
}
