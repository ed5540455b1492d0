// What was learnt reaches an open file: lens, hint and hover say that a figure is calibrated and what an expectation rests on.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { basisOf, type Lesson, ownPlaces, tokenizerOf } from '#core';
import { keepLesson } from '#jobs';
import type { FileSummary } from '#server/protocol';
import { Editor } from './editor.ts';

const model = 'gpt-6-luna';
let home: string;
let editor: Editor;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'llm-batch-server-'));
  // The server is started with this environment.
  process.env.LLM_BATCH_HOME = home;
  delete process.env.OPENAI_BASE_URL;
  editor = await Editor.start();
});
after(async () => {
  assert.equal(await editor.stop(), 0);
  await rm(home, { recursive: true, force: true });
});

function lesson(place: string, ratio: number): Lesson {
  const basis = basisOf(tokenizerOf(model, 'openai'));
  const input = { rows: 50, estimated: 1000, actual: 1000 * ratio, spread: 0.01, basis };
  const models = [{ model, input, output: { rows: 50, meanTokens: 20, spread: 1 } }];
  return { id: place, source: 'job', at: new Date().toISOString(), place, provider: 'openai', models };
}

async function calibrated(uri: string): Promise<FileSummary> {
  for (let tries = 0; tries < 2_400; tries++) {
    const totals = await editor.totals(uri);
    if (totals.estimate?.inputMethod === 'calibrated') return totals;
    await sleep(50);
  }
  throw new Error('It never came.');
}

test('an open file is counted again when a job taught something', async () => {
  const uri = 'file:///tmp/calibrated.jsonl';
  const messages = [{ role: 'user', content: 'Hello there, how are you?' }];
  const body = { model, messages, max_completion_tokens: 50 };
  await editor.open(
    uri,
    JSON.stringify({ custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body }),
  );
  const before = await editor.totals(uri);
  assert.deepEqual([before.estimate?.inputMethod, before.estimate?.expected], ['estimated', null]);
  await keepLesson(home, lesson('127.0.0.1:8900', 9));
  await keepLesson(home, lesson(ownPlaces.openai, 2));
  const { estimate } = await calibrated(uri);
  assert.equal(estimate?.inputTokens, (before.estimate?.inputTokens ?? 0) * 2);
  assert.deepEqual([estimate?.expected?.outputTokens, estimate?.expected?.rows], [20, 50]);
  assert.equal(estimate?.batchUsd.outputMax, before.estimate?.batchUsd.outputMax);
  const lens = (await editor.lenses(uri))[0]?.command?.title ?? '';
  assert.match(lens, /~\d+ tokens in \(calibrated\) · .* · about \$\S+ by 50 earlier answers/);
  const hover = JSON.stringify((await editor.hover(uri, 0, 14))?.contents);
  assert.match(hover, /estimated, then corrected by earlier counts or as settings say, ± \d+ %/);
  assert.match(hover, /\*\*Expected output\*\* about 20 tokens, by 50 earlier answers/);
});
