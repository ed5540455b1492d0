// How a test inside the extension host is written. node:test does not finish there, so this is its smallest stand-in:
// tests run one after another, each with a time limit. Limits guard against a hang and nothing else: a busy machine may take
// ten times as long as an idle one, and what is over is over at once.
/// <reference types="vscode" />

export interface HostTest {
  readonly name: string;
  readonly timeoutMs: number;
  readonly body: () => void | Promise<void>;
}

/** Longer than any two waits of a test. */
const testMs = 240_000;
const waitMs = 90_000;

const tests: HostTest[] = [];
const preparations: (() => Promise<unknown>)[] = [];

/** What must be so before the first test of its phase, also of other files. */
export function beforeAll(prepare: () => Promise<unknown>): void {
  preparations.push(prepare);
}

let waitedFor: string | null = null;

/** Where a test that came to no end was: what it asked for last, which it may have had. */
export function lastWait(): string | null {
  return waitedFor;
}

export async function prepare(): Promise<void> {
  for (const one of preparations) await one();
}

/** Declares a test. Files run in the order of their names, tests in the order they are written. */
export function test(name: string, body: HostTest['body'], timeoutMs = testMs): void {
  tests.push({ name, timeoutMs, body });
}

export function declaredTests(): readonly HostTest[] {
  return tests;
}

/** Asks `read` until it gives something else than null, undefined or false; an assertion it throws means "not yet". */
export async function until<T>(
  what: string,
  read: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  timeoutMs = waitMs,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  waitedFor = what;
  for (;;) {
    try {
      const value = await read();
      if (value !== null && value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      const detail = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`Still not after ${timeoutMs / 1000} s: ${what}${detail}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
