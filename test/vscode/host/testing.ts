// How a test inside the extension host is written. node:test does not finish there, so this is its smallest stand-in:
// tests run one after another, each with a time limit.
/// <reference types="vscode" />

export interface HostTest {
  readonly name: string;
  readonly timeoutMs: number;
  readonly body: () => void | Promise<void>;
}

const tests: HostTest[] = [];

/** Declares a test. Files run in the order of their names, tests in the order they are written. */
export function test(name: string, body: HostTest['body'], timeoutMs = 60_000): void {
  tests.push({ name, timeoutMs, body });
}

export function declaredTests(): readonly HostTest[] {
  return tests;
}

/** Asks `read` until it gives something else than null, undefined or false; an assertion it throws means "not yet". */
export async function until<T>(
  what: string,
  read: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
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
