// The simulated Gemini account as the official SDK sees it: a person's own script must find there what it finds at Google.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApiError, GoogleGenAI, JobState } from '@google/genai';
import { startSimulator } from '#simulator';
import { makeFolder } from './startSession.ts';

const model = 'gemini-3.8-flash';

test('files, batches and answers of @google/genai', async (context) => {
  const simulator = await startSimulator({ latencyMs: 0 });
  context.after(() => simulator.dispose());
  const baseUrl = `http://127.0.0.1:${simulator.port}`;
  const google = new GoogleGenAI({
    ...{ apiKey: 'none', vertexai: false },
    httpOptions: { baseUrl, apiVersion: 'v1beta' },
  });
  const here = makeFolder(context);
  const path = join(here, 'requests.jsonl');
  const contents = [{ role: 'user', parts: [{ text: 'Say something.' }] }];
  await writeFile(path, `${JSON.stringify({ key: 'a', request: { contents } })}\n`);
  const file = await google.files.upload({
    file: path,
    config: { mimeType: 'application/jsonl', displayName: 'mine.jsonl' },
  });
  assert.equal(file.displayName, 'mine.jsonl');
  assert.equal((await google.files.get({ name: file.name ?? '' })).sizeBytes, file.sizeBytes);
  const made = await google.batches.create({
    ...{ model, src: file.name ?? '', config: { displayName: 'from a script' } },
  });
  assert.equal(made.state, JobState.JOB_STATE_PENDING);
  const over = await google.batches.get({ name: made.name ?? '' });
  assert.deepEqual([over.state, over.displayName], [JobState.JOB_STATE_SUCCEEDED, 'from a script']);
  const downloadPath = join(here, 'responses.jsonl');
  await google.files.download({ file: over.dest?.fileName ?? '', downloadPath });
  assert.equal(JSON.parse(await readFile(downloadPath, 'utf8')).key, 'a');
  const names: (string | undefined)[] = [];
  for await (const { name } of await google.batches.list()) names.push(name);
  assert.deepEqual(names, [made.name]);
  const answer = await google.models.generateContent({ model, contents: 'Say something.' });
  assert.notEqual(answer.text ?? '', '');
  assert.ok((answer.usageMetadata?.thoughtsTokenCount ?? 0) > 0);
  const vectors = await google.models.embedContent({
    model: 'gemini-embedding-001',
    contents: ['One.', 'Two.'],
  });
  assert.deepEqual(
    vectors.embeddings?.map(({ values }) => values?.length),
    [3072, 3072],
  );
  await google.files.delete({ name: file.name ?? '' });
  await google.batches.delete({ name: made.name ?? '' });
  await assert.rejects(
    google.batches.get({ name: made.name ?? '' }),
    (error: unknown) => error instanceof ApiError && error.status === 404,
  );
});
