// What merged rows teach: a sample at equal distances, of rows that were answered, by the names of the catalogue.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { formatRow, type ResultRow, type RowStatus } from '#core';
import { estimateLines, learnFromRows, WorkerPool } from '#files';
import { checking } from '../checking.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llm-batch-learn-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const today = '2026-11-21';

interface RowFacts {
  readonly model?: string;
  readonly text?: string;
  readonly status?: RowStatus;
  readonly input?: number | null;
  readonly output?: number;
}

function requestOf({ model = 'gpt-6-luna', text = 'How are you today?' }: RowFacts): string {
  const messages = [{ role: 'user', content: text }];
  return JSON.stringify({ custom_id: 'a', url: '/v1/chat/completions', body: { model, messages } });
}

function rowOf(line: number, facts: RowFacts): ResultRow {
  const { status = 'succeeded', input = 20, output = 5 } = facts;
  const none = { cached_input_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 };
  return {
    ...{
      line,
      customId: 'a',
      status,
      text: null,
      finishReason: null,
      costUsd: null,
      error: null,
      note: null,
    },
    usage: input === null ? null : { input_tokens: input, output_tokens: output, ...none },
    ...{ attempt: 1, request: requestOf(facts), response: null },
  };
}

async function write(name: string, rows: readonly RowFacts[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, rows.map((facts, line) => `${formatRow(rowOf(line, facts))}\n`).join(''));
  return path;
}

function learn(path: string, rows: number): ReturnType<typeof learnFromRows> {
  return learnFromRows({ path, rows, provider: 'openai', model: null, today });
}

async function estimated(facts: RowFacts): Promise<number> {
  const config = checking.config;
  const [one] = await estimateLines({ texts: [requestOf(facts)], provider: 'openai', today, config });
  return one?.inputTokens ?? 0;
}

test('answered rows by model, with what they used; a snapshot counts as its model', async () => {
  const path = await write('models.jsonl', [
    { input: 30, output: 4 },
    { input: 40, output: 6 },
    { model: 'gpt-5.6-luna', input: 50 },
    { status: 'failed', input: 999 },
    { status: 'missing', input: null },
    { input: null },
    { model: 'gpt-4o-2024-08-06', output: 100 },
  ]);
  const learned = await learn(path, 7);
  const luna = learned.find(({ model }) => model === 'gpt-6-luna');
  const each = await estimated({});
  assert.deepEqual([luna?.input?.rows, luna?.input?.estimated, luna?.input?.actual], [2, 2 * each, 70]);
  assert.deepEqual([luna?.output?.rows, luna?.output?.meanTokens], [2, 5]);
  // Its encoding is public: nothing to correct, but its answers are as long as they are.
  const exact = learned.find(({ model }) => model === 'gpt-4o');
  assert.deepEqual([exact?.input, exact?.output?.meanTokens], [null, 100]);
});

test('of many rows 2,000 at most, from the whole file', async () => {
  const rows = Array.from({ length: 5001 }, (_, at) => ({ input: 20, output: at < 2501 ? 10 : 20 }));
  const [luna] = await learn(await write('many.jsonl', rows), rows.length);
  assert.equal(luna?.output?.rows, 1667);
  assert.ok(Math.abs((luna?.output?.meanTokens ?? 0) - 15) < 0.1);
});

test('what is no merged file teaches nothing', async () => {
  const path = join(folder, 'other.jsonl');
  await writeFile(path, '{"custom_id":"a","response":{}}\nnot json\n\n');
  assert.deepEqual(await learn(path, 3), []);
});

test('runs in a worker', async () => {
  const path = await write('worker.jsonl', [{ input: 30 }, { input: 30 }]);
  const pool = new WorkerPool({ size: 1 });
  try {
    const learned = await pool.run('learn', { path, rows: 2, provider: 'openai', model: null, today });
    assert.deepEqual(learned, await learn(path, 2));
  } finally {
    await pool.dispose();
  }
});
