// The module that VS Code runs inside the extension host (`extensionTestsPath`): runs the declared tests and writes
// one JSON line for each into results.jsonl beside itself, so that what ran is known even when the host dies.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredTests, type HostTest, lastWait, prepare } from './testing.ts';

export interface HostResult {
  readonly name: string;
  readonly durationMs: number;
  /** The stack of the failure; null when the test passed. */
  readonly error: string | null;
}

export async function run(): Promise<void> {
  const results = join(__dirname, 'results.jsonl');
  const tests = declaredTests();
  writeFileSync(results, `${JSON.stringify({ planned: tests.map((test) => test.name) })}\n`);
  await prepare();
  for (const test of tests) {
    const started = Date.now();
    const error = await failureOf(test);
    const result: HostResult = { name: test.name, durationMs: Date.now() - started, error };
    appendFileSync(results, `${JSON.stringify(result)}\n`);
  }
}

async function failureOf(test: HostTest): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`took longer than ${test.timeoutMs / 1000} s, at or after "${lastWait()}"`)),
      test.timeoutMs,
    );
  });
  try {
    await Promise.race([test.body(), timeout]);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}
