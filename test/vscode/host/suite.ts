// Tests inside the extension host: collected by name, run in order, results written for the process outside.
import { writeFileSync } from 'node:fs';

export interface HostResult {
  readonly name: string;
  /** Null when it passed. */
  readonly failure: string | null;
}

const tests: { readonly name: string; readonly body: () => Promise<void> }[] = [];

export function test(name: string, body: () => Promise<void>): void {
  tests.push({ name, body });
}

/** Waits as a person does: until something holds, or far too long. */
export async function until<T>(what: string, find: () => T | undefined | null | false | Promise<T | undefined | null | false>, timeoutMs = 20_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What VS Code calls as the test module's `run`. */
export async function runAll(): Promise<void> {
  const results: HostResult[] = [];
  for (const { name, body } of tests) {
    try {
      await body();
      results.push({ name, failure: null });
    } catch (error) {
      results.push({ name, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    writeFileSync(process.env.LLM_BATCH_TEST_RESULTS ?? '', JSON.stringify(results));
  }
}
