// Do the examples show what their README says?

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkFile } from '#files';
import { fileChecking } from '../checking.ts';
import { root } from './project.ts';

async function problemsOf(
  name: string,
): Promise<{ readonly requests: number; readonly codes: readonly string[] }> {
  const { report } = await checkFile(join(root, 'examples', name), {
    ...fileChecking,
    maxProblems: 100,
    // The examples' model has no date to be shut down at; the day does not matter.
  });
  return { requests: report.requests, codes: report.problems.map(({ code }) => code).sort() };
}

test('the good examples are good', async () => {
  assert.deepEqual(await problemsOf('reviews.jsonl'), { requests: 24, codes: [] });
  assert.deepEqual(await problemsOf('summaries.jsonl'), { requests: 12, codes: [] });
  assert.deepEqual(await problemsOf('embeddings.jsonl'), { requests: 12, codes: [] });
  assert.deepEqual(await problemsOf('tickets.jsonl'), { requests: 10, codes: [] });
  assert.deepEqual(await problemsOf('plants.jsonl'), { requests: 12, codes: [] });
});

test('the example with errors has eight mistakes, each of another kind; one of them is seen on two lines', async () => {
  const { codes } = await problemsOf('reviews-with-errors.jsonl');
  assert.deepEqual(codes, [
    'body.not-in-batch',
    'body.range',
    'body.unknown-field',
    'body.value',
    'id.duplicate',
    'id.duplicate',
    'json.invalid',
    'model.mixed',
    'request.url',
  ]);
});
