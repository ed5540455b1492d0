// Is one request sent as it stands, once, and is what came back read as a row would be?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultConfiguration } from '#core';
import {
  type Account,
  readTry,
  type SyncProvider,
  type TriedLine,
  tryMostUsd,
  tryRequest,
  tryWords,
} from '#jobs';
import { answered, chat, line, problem, type Reply, refused } from './runWorld.ts';

const today = '2026-11-21';
const config = defaultConfiguration;
const account: Account = {
  ...{ profile: 'openai', provider: 'openai', baseUrl: 'https://api.openai.com/v1' },
  ...{ apiKey: 'sk-0123456789abcd', headers: {}, apiVersion: null },
};

async function lineOf(text: string): Promise<TriedLine> {
  const read = await readTry(text, config, today);
  assert.equal(read.kind, 'line');
  return read as TriedLine;
}

function replying(reply: Reply): SyncProvider & { readonly bodies: string[] } {
  const bodies: string[] = [];
  return {
    bodies,
    redact: (message) => message.replaceAll('sk-0123456789abcd', '…'),
    send: async ({ body }) => {
      bodies.push(body);
      return reply;
    },
  };
}

async function tried(reply: Reply, text = line('a')) {
  const provider = replying(reply);
  let ms = 0;
  const options = { config, today, provider, now: () => (ms += 1500) };
  const result = await tryRequest(account, await lineOf(text), options, new AbortController().signal);
  assert.equal(provider.bodies.length, 1);
  return { result, body: provider.bodies[0] ?? '' };
}

test('what is no request is said to be none', async () => {
  for (const text of ['', 'nonsense', '{"a":1}', '[]']) {
    assert.equal((await readTry(text, config, today)).kind, 'unfit', text);
  }
});

test('the price of now, in one line, with its bound', async () => {
  const read = await lineOf(line('a'));
  const [title, detail] = tryWords(account, read);
  assert.equal(title, 'Try this request at OpenAI (key …abcd)?');
  assert.match(
    detail,
    /^gpt-4o-mini · At most about \$\S+ \(input .* \+ output up to \$\S+\); as a batch \$/,
  );
  assert.ok((tryMostUsd(read) ?? 0) > 0);
});

test('an answer, as a row has it', async () => {
  const { result, body } = await tried(answered(chat('yes')));
  assert.ok(line('a').includes(body));
  assert.ok(result.kind === 'tried');
  const { text, status, finishReason, costUsd, customId } = result.row;
  assert.deepEqual(
    [text, status, finishReason, costUsd, customId],
    ['yes', 'succeeded', 'stop', 0.000021, 'a'],
  );
  assert.equal(result.elapsedMs, 1500);
  assert.ok(result.response.includes('\n  "choices"'));
});

test('an answer that does not fit the schema of its request is said, as in a row', async () => {
  const schema = {
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
    additionalProperties: false,
  };
  const request = JSON.parse(line('a'));
  request.body.response_format = { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } };
  const noteOf = async (answer: string): Promise<unknown> => {
    const { result } = await tried(answered(chat(answer)), JSON.stringify(request));
    assert.ok(result.kind === 'tried');
    return result.row.note?.code ?? null;
  };
  assert.equal(await noteOf('{"n":1}'), null);
  assert.equal(await noteOf('{"n":"one"}'), 'schema_invalid');
  assert.equal(await noteOf('no JSON'), 'schema_invalid');
});

test('a refusal keeps the words of the provider, without the key', async () => {
  const { result } = await tried(
    refused(401, 'invalid_api_key', {
      body: '{"error":{"code":"invalid_api_key","message":"Wrong: sk-0123456789abcd"}}',
    }),
  );
  assert.ok(result.kind === 'tried');
  assert.deepEqual(
    [result.row.status, result.row.error?.code, result.row.costUsd],
    ['failed', 'invalid_api_key', null],
  );
  assert.ok(!JSON.stringify(result).includes('0123456789'));
});

test('no answer: whether it may have been paid for is said', async () => {
  const gone = (await tried(problem('unreachable'))).result;
  assert.ok(gone.kind === 'problem' && !gone.isSent && !gone.message.includes('paid'));
  const broke = (await tried(problem('interrupted'))).result;
  assert.ok(broke.kind === 'problem' && broke.isSent && broke.message.includes('paid'));
});
