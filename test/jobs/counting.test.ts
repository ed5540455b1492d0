// The three counting endpoints through the official SDKs over real HTTP: what is sent, what is not, and what failures say.
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { type AnthropicVersion, defaultConfiguration, ownBaseUrls, type ProviderFamily } from '#core';
import { estimateLines } from '#files';
import {
  type CountingAccount,
  type CountReport,
  countingAccountFrom,
  countingAccountOf,
  countingNotice,
  countSample,
  linesToCount,
} from '#jobs';
import { type Simulator, startSimulator } from '#simulator';

const models = { openai: 'gpt-6-luna', anthropic: 'claude-haiku-5-5', gemini: 'gemini-3.8-flash' } as const;
const words = 'The parcel came late, and the box was open. ';

function chat(body: object): string {
  return JSON.stringify({
    custom_id: 'a',
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: models.openai, ...body },
  });
}

const lineOf: Readonly<Record<ProviderFamily, (text: string) => string>> = {
  openai: (text) => chat({ messages: [{ role: 'user', content: text }], max_completion_tokens: 9 }),
  anthropic: (text) =>
    JSON.stringify({
      custom_id: 'a',
      params: {
        ...{ model: models.anthropic, max_tokens: 9, temperature: 1, metadata: { user_id: 'u' } },
        messages: [{ role: 'user', content: text }],
      },
    }),
  gemini: (text) =>
    JSON.stringify({
      key: 'a',
      request: {
        contents: [{ role: 'user', parts: [{ text }] }],
        systemInstruction: { parts: [{ text: words }] },
        generationConfig: { temperature: 0, maxOutputTokens: 9 },
      },
    }),
};

/** The simulator's own rules: bytes a token, and what is around a text. */
const simulated: Readonly<Record<ProviderFamily, (text: string) => number>> = {
  openai: (text) => 3 + 3 + Math.ceil(text.length / 4),
  anthropic: (text) => 3 + 4 + Math.ceil(text.length / 3),
  gemini: (text) => Math.ceil(text.length / 5) + Math.ceil(words.length / 5),
};

function account(provider: ProviderFamily, baseUrl: string, key: string | null = null): CountingAccount {
  const answer = countingAccountOf(provider, baseUrl, key);
  assert.equal(answer.kind, 'account');
  return answer.kind === 'account' ? answer.account : assert.fail();
}

function at({ port, url }: Pick<Simulator, 'port' | 'url'>, provider: ProviderFamily): string {
  return provider === 'openai' ? url : `http://127.0.0.1:${port}`;
}

async function count(
  provider: ProviderFamily,
  texts: readonly string[],
  where: CountingAccount,
  signal = new AbortController().signal,
  anthropicVersion: AnthropicVersion = '2026-10-21',
): Promise<CountReport> {
  const config = { ...defaultConfiguration, model: models.gemini };
  const estimates = await estimateLines({ texts, provider, today: '2026-11-21', config });
  return countSample({ account: where, provider, texts, estimates, anthropicVersion }, signal);
}

const families = ['openai', 'anthropic', 'gemini'] as const;

describe('at the simulator', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator.dispose());

  for (const provider of families) {
    test(`${provider}: the provider's counts beside our estimates`, async () => {
      const texts = [5, 12, 30, 44].map((times) => words.repeat(times));
      const lines = texts.map(lineOf[provider]);
      const report = await count(provider, lines, account(provider, at(simulator, provider)));
      assert.deepEqual([report.counted, report.skipped, report.refused, report.stopped], [4, [], [], null]);
      const [model] = report.models;
      const actual = texts.reduce((sum, text) => sum + simulated[provider](text), 0);
      assert.deepEqual([model?.model, model?.requests, model?.actual], [models[provider], 4, actual]);
      assert.equal(model?.ratio, Number((actual / (model?.estimated ?? 0)).toPrecision(5)));
      assert.ok((model?.errorPercent ?? 0) >= 1);
      const [evidence] = report.evidence;
      assert.deepEqual([evidence?.input?.rows, evidence?.input?.actual, evidence?.output], [4, actual, null]);
    });

    test(`${provider}: a key that is refused ends it, and is not repeated`, async () => {
      const key = 'sk-invalid-0123456789abcdef';
      const report = await count(
        provider,
        Array.from({ length: 20 }, () => lineOf[provider](words)),
        account(provider, at(simulator, provider), key),
      );
      assert.equal(report.counted, 0);
      assert.match(
        report.stopped ?? '',
        /refuses the key \(40[01] \w+\); look at \w+_API_KEY and the base URL\./,
      );
      assert.doesNotMatch(JSON.stringify(report), /sk-inval/);
    });

    test(`${provider}: a request that is refused costs itself alone, and its words are not repeated`, async () => {
      const strange = lineOf[provider]('secret words').replaceAll(
        /"(role)":"user"/g,
        '"$1":"user","role2":1',
      );
      const model = provider === 'gemini' ? null : models[provider];
      const unknown = lineOf[provider]('secret words').replace(model ?? '-', 'nobody-knows');
      const texts = [lineOf[provider](words), provider === 'openai' ? unknown : strange, unknown];
      const report = await count(provider, texts, account(provider, at(simulator, provider)));
      assert.ok(report.counted >= 1);
      assert.doesNotMatch(JSON.stringify(report), /secret/);
      if (provider !== 'gemini') assert.match(report.refused[0]?.reason ?? '', /^404 \w+: it does not know/);
    });
  }

  test('chat requests are turned into what the endpoint knows', async () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } };
    const line = chat({
      messages: [
        { role: 'system', content: words },
        { role: 'user', content: [{ type: 'text', text: words }] },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: words },
        { role: 'assistant', content: words },
      ],
      tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
      ...{ reasoning_effort: 'low', verbosity: 'low', temperature: 1, seed: 3, max_completion_tokens: 5 },
    });
    const report = await count('openai', [line], account('openai', simulator.url));
    assert.deepEqual([report.counted, report.refused, report.skipped], [1, [], []]);
    const said = 3 + 4 * (3 + Math.ceil(words.length / 4)) + (3 + Math.ceil('{"at":1}'.length / 4));
    assert.ok((report.models[0]?.actual ?? 0) > said, 'tools and format count as well');
  });

  test('what has no place there is not sent, and named', async () => {
    const message = { role: 'user', content: words };
    const texts = [
      chat({ messages: [{ ...message, name: 'Ada' }] }),
      chat({ messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }),
      chat({ messages: [message], web_search_options: {} }),
      chat({ messages: 'no list' }),
      JSON.stringify({
        custom_id: 'e',
        url: '/v1/embeddings',
        body: { model: 'text-embedding-3-small', input: 'x' },
      }),
      '{"custom_id":',
    ];
    const before = simulator.stats().requests['POST /v1/responses/input_tokens'];
    const report = await count('openai', texts, account('openai', simulator.url));
    assert.equal(report.counted, 0);
    assert.deepEqual(
      report.skipped.map(({ reason }) => reason),
      [
        'names of messages',
        'sound',
        'web search',
        'no list of messages',
        'requests to /v1/embeddings, which OpenAI does not count',
        'lines that are no requests',
      ],
    );
    assert.equal(simulator.stats().requests['POST /v1/responses/input_tokens'], before);
  });

  test('a count that is stopped throws its reason and asks no further', async () => {
    const stop = new AbortController();
    const texts = Array.from({ length: 200 }, () => lineOf.openai(words));
    const estimates = texts.map(() => null);
    const where = account('openai', simulator.url);
    const sample = {
      account: where,
      provider: 'openai',
      texts,
      estimates,
      anthropicVersion: '2026-10-21',
    } as const;
    const onCounted = (done: number): void => {
      if (done === 5) stop.abort();
    };
    await assert.rejects(countSample({ ...sample, onCounted }, stop.signal), { name: 'AbortError' });
  });
});

describe('while the provider misbehaves', () => {
  let simulator: Simulator | null = null;
  afterEach(async () => {
    await simulator?.dispose();
    simulator = null;
  });

  for (const provider of families) {
    test(`${provider}: calls that are refused for a moment are tried again`, async () => {
      simulator = await startSimulator({ faults: '429=1,500=1,retry-after=0.01' });
      const report = await count(
        provider,
        [lineOf[provider](words)],
        account(provider, at(simulator, provider)),
      );
      assert.deepEqual([report.counted, report.stopped], [1, null]);
    });

    test(`${provider}: nobody there is said`, async () => {
      simulator = await startSimulator();
      const where = account(provider, at(simulator, provider));
      await simulator.dispose();
      simulator = null;
      const report = await count(provider, [lineOf[provider](words)], where);
      assert.match(
        report.stopped ?? '',
        /^127\.0\.0\.1:\d+ cannot be reached( \(\w+\))?; check the connection/,
      );
    });
  }
});

describe('what goes over the wire', () => {
  let server: Server;
  let asked: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  let answer: object = {};
  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push({ url: request.url ?? '', headers: request.headers, body });
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => server.close());
  const base = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  test('Anthropic: the version of the settings, the parameters that count, no others', async () => {
    for (const version of ['2023-06-01', '2026-10-21'] as const) {
      asked = [];
      answer = { input_tokens: 7 };
      const { signal } = new AbortController();
      await count(
        'anthropic',
        [lineOf.anthropic(words)],
        account('anthropic', base(), 'k-1'),
        signal,
        version,
      );
      const [call] = asked;
      assert.deepEqual(
        [call?.url, call?.headers['anthropic-version']],
        ['/v1/messages/count_tokens', version],
      );
      assert.deepEqual(Object.keys(JSON.parse(call?.body ?? '')), ['model', 'messages']);
    }
  });

  test('Gemini: the whole request, under v1beta, with the key in its header', async () => {
    asked = [];
    answer = { totalTokens: 7 };
    await count('gemini', [lineOf.gemini(words)], account('gemini', base(), 'k-2'));
    const [call] = asked;
    assert.equal(call?.url, '/v1beta/models/gemini-3.8-flash:countTokens');
    assert.equal(call?.headers['x-goog-api-key'], 'k-2');
    const { generateContentRequest, ...rest } = JSON.parse(call?.body ?? '');
    assert.deepEqual(rest, {});
    const { request } = JSON.parse(lineOf.gemini(words));
    assert.deepEqual(generateContentRequest, { ...request, model: 'models/gemini-3.8-flash' });
  });

  test('an answer that is no count is said', async () => {
    for (const provider of families) {
      answer = { hello: 'world' };
      const report = await count(provider, [lineOf[provider](words)], account(provider, base()));
      assert.match(report.stopped ?? '', /gave an answer that is no count; check the base URL\.$/);
    }
  });
});

test('accounts come from the variables of the SDKs; a key is needed but on this computer', () => {
  const home = '/nowhere';
  const messageOf = (provider: ProviderFamily, env: Record<string, string>, baseUrl?: string): string => {
    const answer = countingAccountFrom(provider, { env, home, baseUrl });
    return answer.kind === 'problem' ? answer.problem.message : `${answer.account.baseUrl}`;
  };
  assert.match(messageOf('anthropic', {}), /^There is no key for Anthropic; set ANTHROPIC_API_KEY/);
  assert.match(messageOf('gemini', { GEMINI_API_KEY: '"AIza"' }), /^GEMINI_API_KEY holds characters/);
  assert.equal(messageOf('gemini', { GEMINI_API_KEY: 'AIza' }), ownBaseUrls.gemini);
  const url = 'http://127.0.0.1:1';
  assert.equal(messageOf('gemini', { GOOGLE_GEMINI_BASE_URL: url }), url);
  assert.equal(messageOf('anthropic', { ANTHROPIC_BASE_URL: 'https://x.example' }, url), url);
  assert.match(messageOf('anthropic', {}, 'localhost:1'), /is no base URL/);
  const simulator = countingAccountFrom('gemini', { env: {}, home, profile: 'simulator' });
  assert.equal(simulator.kind === 'problem' && simulator.problem.kind, 'noSimulator');
});

test('the sample is spread over the file, and of requests that are not exact where there are any', async () => {
  const [inexact] = await estimateLines({
    texts: [lineOf.openai(words)],
    ...{ provider: 'openai', today: '2026-11-21', config: defaultConfiguration },
  });
  assert.ok(inexact);
  const exact = { ...inexact, inputMethod: 'exact' } as const;
  const lines = Array.from({ length: 100 }, (_, line) => ({ line, estimate: line % 2 ? inexact : exact }));
  assert.deepEqual(linesToCount(lines, 5), [1, 21, 41, 61, 81]);
  assert.equal(linesToCount(lines, 5000).length, 50);
  assert.deepEqual(linesToCount([{ line: 4, estimate: exact }], 5), [4]);
  const own = account('openai', ownBaseUrls.openai, 'k');
  assert.equal(
    countingNotice(5, 100, own),
    '5 of 100 requests go to OpenAI (api.openai.com) to be counted, with all that is in them; counting is free.',
  );
});
