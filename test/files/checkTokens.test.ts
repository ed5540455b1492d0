// Limits in tokens, checked in a file on disk: exact at the limit, said where it is passed, and counted only where it must be.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { type Configuration, checkLine, configurationOf, createTokenCounter, type Provider } from '#core';
import { checkFile, type LinesToEstimate, WorkerPool } from '#files';
import { checkingAs, fileChecking, today } from '../checking.ts';
import { folderFor } from './batchFixture.ts';

const { count } = createTokenCounter(o200k);

function chatLine(id: string, content: string, more: Readonly<Record<string, unknown>> = {}): string {
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content }], ...more };
  return JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body });
}

function embeddingLine(input: unknown, model = 'text-embedding-3-small'): string {
  return JSON.stringify({ custom_id: 'a', method: 'POST', url: '/v1/embeddings', body: { model, input } });
}

/** A pool that counts in this thread, and says how many lines it was asked for. */
class CountingPool extends WorkerPool {
  lines = 0;

  override estimateLines(lines: LinesToEstimate, options?: Parameters<WorkerPool['estimateLines']>[1]) {
    this.lines += lines.texts.length;
    return super.estimateLines(lines, options);
  }
}

interface Found {
  readonly said: readonly string[];
  readonly counted: number;
}

async function check(
  t: TestContext,
  lines: readonly string[],
  own: Partial<Configuration> = {},
  provider: Provider | 'auto' = 'auto',
): Promise<Found> {
  const path = folderFor(t).lines('x.jsonl', lines);
  const pool = new CountingPool({ size: 2 });
  t.after(() => pool.dispose());
  const config = configurationOf({ severity: { 'model.retiring': 'off' } }, own);
  const { report } = await checkFile(path, {
    ...fileChecking,
    provider,
    config,
    maxProblems: 1000,
    pool,
    workersOnly: true,
  });
  return {
    said: report.problems
      .filter(({ code }) => code.startsWith('tokens.'))
      .map(
        ({ line, start, severity, code, message }) =>
          `${line + 1}:${start + 1} ${severity} ${code}: ${message}`,
      ),
    counted: pool.lines,
  };
}

/** Text of exactly so many tokens: " a" is one of them, as is the "a" before. */
const textOf = (tokens: number): string => `a${' a'.repeat(tokens - 1)}`;

test('the texts of these tests have the tokens that they are made for', () => {
  assert.equal(count(textOf(1)), 1);
  assert.equal(count(textOf(1000)), 1000);
});

/** Of a chat request with one message: 3 for it, 1 for its role, 3 for the reply. */
const framing = 7;
const small = { prices: { 'gpt-4o': { contextTokens: 100 } } };

describe('the context window', () => {
  test('is passed by one token more than fits, and by no fewer', async (t) => {
    const fits = chatLine('a', textOf(100 - framing));
    const passes = chatLine('b', textOf(101 - framing));
    const { said, counted } = await check(t, [fits, passes], small);
    assert.deepEqual(said, [
      '2:88 error tokens.context: The request has 101 tokens of input; gpt-4o takes 100. Shorten it, or take a model with a larger window.',
    ]);
    assert.equal(counted, 2, 'both have more bytes than tokens fit');
  });

  test('holds input and output together, which not everybody refuses', async (t) => {
    const line = (id: string, most: number): string =>
      chatLine(id, textOf(60 - framing), { max_completion_tokens: most });
    const { said } = await check(t, [line('a', 40), line('b', 41)], small);
    assert.deepEqual(said, [
      '2:259 warning tokens.context: 60 tokens of input leave room for 40 of output in the 100 that gpt-4o holds; max_completion_tokens asks for 41. Lower it, or shorten the input.',
    ]);
  });

  test('is a warning where the count is an estimate, which says so', async (t) => {
    const line = JSON.stringify({
      custom_id: 'a',
      params: {
        model: 'claude-haiku-4-5',
        max_tokens: 10,
        messages: [{ role: 'user', content: textOf(300) }],
      },
    });
    const prices = { 'claude-haiku-*': { contextTokens: 200 } };
    const { said } = await check(t, [line], { prices });
    assert.match(
      said.join(),
      /^1:\d+ warning tokens\.context: The request has about 3\d\d tokens \(estimated, ± \d+ %\) of input; claude-haiku-4-5 takes 200\./,
    );
  });

  test('of Gemini is for the input alone', async (t) => {
    const line = (words: number): string =>
      JSON.stringify({
        key: String(words),
        request: {
          contents: [{ parts: [{ text: textOf(words) }] }],
          generationConfig: { maxOutputTokens: 5000 },
        },
      });
    const own = { model: 'gemini-3.8-flash', prices: { 'gemini-3.8-flash': { contextTokens: 1000 } } };
    const { said } = await check(t, [line(500), line(2000)], own);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^2:\d+ warning tokens\.context: .* gemini-3\.8-flash takes 1,000\./);
  });

  test('does not bind what the provider truncates', async (t) => {
    const line = (truncation: string): string => {
      const body = { model: 'gpt-4o', input: textOf(200), truncation };
      return JSON.stringify({ custom_id: truncation, method: 'POST', url: '/v1/responses', body });
    };
    const { said } = await check(t, [line('auto'), line('disabled')], small);
    assert.deepEqual(
      said.map((one) => one.slice(0, 2)),
      ['2:'],
    );
  });

  test('of the list is what counts without a setting: 128,000 of gpt-4o', async (t) => {
    const { said } = await check(t, [chatLine('a', textOf(128_001 - framing))]);
    assert.match(
      said[0] ?? '',
      /^1:88 error tokens\.context: The request has 128,001 tokens of input; gpt-4o takes 128,000\./,
    );
  });
});

describe('texts to embed', () => {
  const cl100kWords = (tokens: number): string => `a${' a'.repeat(tokens - 1)}`;

  test('are counted one by one', async (t) => {
    const { said } = await check(t, [embeddingLine([cl100kWords(8192), cl100kWords(8193), 'short'])]);
    assert.deepEqual(
      said.map((one) => one.replace(/^1:\d+ /, '')),
      [
        'error tokens.context: input[1] has 8,193 tokens; text-embedding-3-small takes 8,192 in one input. Split it.',
      ],
    );
  });

  test('have a sum, too', async (t) => {
    const { said } = await check(t, [embeddingLine(new Array(40).fill(cl100kWords(8000)))]);
    assert.deepEqual(
      said.map((one) => one.replace(/^1:\d+ /, '')),
      [
        'error tokens.context: input has 320,000 tokens; one request takes 300,000 over all its inputs. Split it.',
      ],
    );
  });

  test('of Mistral are held to the model’s own window, by estimate', async (t) => {
    const line = JSON.stringify({
      custom_id: 'a',
      body: { model: 'mistral-embed', input: [cl100kWords(9000)] },
    });
    const { said } = await check(t, [line], {}, 'mistral');
    assert.match(
      said.join(),
      /^1:\d+ warning tokens\.context: input\[0\] has about 9,\d\d\d tokens \(estimated/,
    );
  });

  test('that are short by their bytes are not counted', async (t) => {
    const { said, counted } = await check(t, [embeddingLine(['x'.repeat(8192), 'y'])]);
    assert.deepEqual([said, counted], [[], 0]);
  });
});

describe('the queue', () => {
  const line = (id: number): string => chatLine(String(id), textOf(100 - framing));

  test('a person’s own limit is a warning, on the line that passes it', async (t) => {
    const lines = Array.from({ length: 10 }, (_, id) => line(id));
    assert.deepEqual((await check(t, lines, { queueTokens: { 'gpt-4o': 1000 } })).said, []);
    assert.deepEqual((await check(t, lines, { queueTokens: { 'gpt-4*': 999 } })).said, [
      '10:1 warning tokens.queue: With this request the file has more than 999 input tokens for gpt-4o, the most that your "limits.queueTokens" lets wait in the queue; split it before this line and send the parts one after another.',
    ]);
  });

  test('that of the lowest tier is an info, and counting ends where it is passed', async (t) => {
    const long = Array.from({ length: 400 }, (_, id) => chatLine(String(id), textOf(1000 - framing)));
    const { said, counted } = await check(t, long);
    assert.equal(said.length, 1);
    assert.match(
      said[0] ?? '',
      /^91:1 info tokens\.queue: .* more than 90,000 input tokens for gpt-4o, the most that OpenAI lets the lowest paid tier enqueue .* higher tiers may have more/,
    );
    // Batches under way when it is passed are counted to their end.
    assert.ok(counted >= 91, String(counted));
  });

  test('models without a known queue are not counted', async (t) => {
    const lines = Array.from({ length: 200 }, (_, id) =>
      chatLine(String(id), textOf(2000), { model: 'gpt-6-luna' }),
    );
    assert.deepEqual(await check(t, lines), { said: [], counted: 0 });
  });

  test('is each model’s own', async (t) => {
    const params = (model: string, id: number): string =>
      JSON.stringify({
        custom_id: `${model}-${id}`,
        params: { model, max_tokens: 10, messages: [{ role: 'user', content: textOf(100) }] },
      });
    const lines = [1, 2, 3].flatMap((id) => [params('claude-opus-5', id), params('claude-haiku-5-5', id)]);
    const { said } = await check(t, lines, {
      queueTokens: { 'claude-opus-*': 200, 'claude-haiku-5-5': 10_000 },
    });
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^3:1 warning tokens\.queue: .* for claude-opus-5 \(by estimate\)/);
  });
});

test('a file that can pass no limit is not counted', async (t) => {
  const lines = Array.from({ length: 50 }, (_, id) => chatLine(String(id), 'Hello, 世界! 🙂 ümlaut'));
  assert.deepEqual(await check(t, lines), { said: [], counted: 0 });
});

test('what stands in brackets or over several lines is not counted', async (t) => {
  const config = { queueTokens: { '*': 1 } };
  assert.deepEqual(
    (await check(t, [`[${chatLine('a', 'Hi')},`, `${chatLine('b', 'Hi')}]`], config)).said,
    [],
  );
});

test('without a pool the same is said', async (t) => {
  const path = folderFor(t).lines('x.jsonl', [chatLine('a', textOf(500))]);
  const config = configurationOf(small);
  const { report } = await checkFile(path, { ...fileChecking, config, maxProblems: 10 });
  assert.equal(report.problems.filter(({ code }) => code === 'tokens.context').length, 1);
});

test('a bound is never below the count, whatever the texts are', () => {
  const counters = { o200k: createTokenCounter(o200k) };
  for (const content of [
    '',
    'a',
    'é',
    '世界',
    '🙂🙂',
    '\ud800',
    '\\u0041',
    ' '.repeat(99),
    '\ufffd\ufffd',
    'ſ',
  ]) {
    const text = chatLine('a', content);
    const facts = checkLine(text, Buffer.byteLength(text), {
      ...checkingAs('openai'),
      today,
      boundTokens: true,
    });
    assert.ok(facts.tokenBound >= counters.o200k.count(content) + framing, JSON.stringify(content));
  }
});
