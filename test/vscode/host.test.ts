// The tests inside a real extension host (test/vscode/host/), each reported here as a test of its own.
import assert from 'node:assert/strict';
import test from 'node:test';
import { runHostPhases } from './hostPhases.ts';

test('in the extension host', async (t) => {
  await runHostPhases(async ({ phase, results, lost }) => {
    for (const { name, durationMs, error } of results) {
      await t.test(`phase ${phase}: ${name} (${durationMs} ms)`, () => {
        if (error !== null) throw hostError(error);
      });
    }
    for (const reason of lost) await t.test(`phase ${phase}: ${reason}`, () => assert.fail(reason));
  });
});

/** The failure as it happened in the host, with the host's stack. */
function hostError(stack: string): Error {
  const error = new Error(stack.split('\n', 1)[0]);
  error.stack = stack;
  return error;
}
