// Does a line become the call its provider has, byte for byte, and does the answer become a line that the join reads?
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  dialectOf,
  errorIn,
  type Provider,
  readOutcome,
  readSyncLine,
  resultLineOf,
  retryDelayIn,
  type SyncLine,
  tokensUsedIn,
  verdictOf,
} from '#core';

function callOf(
  line: string,
  provider: Provider,
  model: string | null = null,
): Extract<SyncLine, { kind: 'call' }>['call'] {
  const read = readSyncLine(line, dialectOf(provider), model);
  assert.equal(read.kind, 'call', JSON.stringify(read));
  return (read as Extract<SyncLine, { kind: 'call' }>).call;
}

describe('a line as a call', () => {
  test('the body goes as it stands, with numbers that JavaScript would change', () => {
    const body = '{ "model":"m", "seed":12345678901234567890, "t":1.50,"messages":[] }';
    const call = callOf(
      `{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body": ${body} }`,
      'openai',
    );
    assert.deepEqual(call, {
      id: 'a',
      path: '/v1/chat/completions',
      body,
      model: 'm',
      endpoint: '/v1/chat/completions',
    });
  });

  test('an endpoint that no batch has can be run; one that leaves the API cannot', () => {
    const line = (url: string): string =>
      JSON.stringify({ custom_id: 'a', method: 'POST', url, body: { model: 'm' } });
    assert.equal(callOf(line('/v1/audio/speech'), 'openai').path, '/v1/audio/speech');
    for (const url of ['https://elsewhere.example/v1', '/../admin', '/v1?x=1', '']) {
      assert.equal(readSyncLine(line(url), dialectOf('openai'), null).kind, 'unfit', url);
    }
  });

  test("Anthropic's", () => {
    const params = '{"model":"claude-haiku-5-5","max_tokens":5,"messages":[]}';
    const call = callOf(`{"custom_id":"a","params":${params}}`, 'anthropic');
    assert.deepEqual([call.path, call.body], ['/v1/messages', params]);
  });

  test("Gemini's, whose model is in the address: that of the command goes first", () => {
    const line = '{"key":"k","request":{"model":"models/other","contents":[{"parts":[{"text":"x"}]}]}}';
    assert.equal(
      callOf(line, 'gemini', 'gemini-3.8-flash').path,
      '/v1beta/models/gemini-3.8-flash:generateContent',
    );
    assert.equal(callOf(line, 'gemini').path, '/v1beta/models/other:generateContent');
    assert.equal(callOf(line, 'gemini', 'a/../b?c').path, '/v1beta/models/a%2F..%2Fb%3Fc:generateContent');
    const embed = '{"key":"k","request":{"content":{"parts":[{"text":"x"}]}}}';
    assert.equal(
      callOf(embed, 'gemini', 'gemini-embedding-001').path,
      '/v1beta/models/gemini-embedding-001:embedContent',
    );
    assert.equal(readSyncLine(embed, dialectOf('gemini'), null).kind, 'unfit');
  });

  test('where lines leave the model to the batch, the call names it', () => {
    const line = '{"custom_id":"a","body":{"messages":[]}}';
    assert.deepEqual(JSON.parse(callOf(line, 'mistral', 'mistral-small').body), {
      model: 'mistral-small',
      messages: [],
    });
    assert.equal(callOf('{"custom_id":"a","body":{}}', 'mistral', 'm').body, '{"model":"m"}');
  });

  test('what is not answered at once is not sent', () => {
    for (const more of ['"stream":true', '"background":true']) {
      const text = `{"custom_id":"a","url":"/v1/responses","body":{"model":"m",${more}}}`;
      assert.equal(readSyncLine(text, dialectOf('openai'), null).kind, 'unfit', more);
      assert.equal(readSyncLine(text.replace('true', 'false'), dialectOf('openai'), null).kind, 'call', more);
    }
  });

  test('blank and broken lines', () => {
    const kinds = [
      '',
      '  ',
      'nonsense',
      '[1]',
      '{"custom_id":"a"}',
      '{"custom_id":"a","url":"/v1/responses","body":5}',
    ].map((text) => readSyncLine(text, dialectOf('openai'), null).kind);
    assert.deepEqual(kinds, ['blank', 'blank', 'unfit', 'unfit', 'unfit', 'unfit']);
  });
});

describe('an answer as a line of results', () => {
  const good = { status: 200, requestId: 'req_1', problem: null };

  test('each form is read back, and the body is what came', () => {
    const bodies = {
      openai: '{"id":"x",\n "choices":[{"message":{"content":"yes"},"finish_reason":"stop"}],"n":1.50}',
      anthropic:
        '{"type":"message","content":[{"type":"text","text":"yes"}],"stop_reason":"end_turn","n":1.50}',
      gemini: '{"candidates":[{"content":{"parts":[{"text":"yes"}]},"finishReason":"STOP"}],"n":1.50}',
    };
    for (const [provider, body] of Object.entries(bodies) as [Provider, string][]) {
      const line = resultLineOf('run-1-answered', 'a "1"', { ...good, body }, dialectOf(provider));
      assert.ok(
        !line.includes('\n') && line.includes('"n":1.50') && line.startsWith('{"id":"run-1-answered",'),
      );
      const outcome = readOutcome(line);
      assert.equal(outcome.kind, 'outcome', provider);
      if (outcome.kind !== 'outcome') continue;
      assert.deepEqual(
        [outcome.customId, outcome.status, outcome.text],
        ['a "1"', 'succeeded', 'yes'],
        provider,
      );
    }
  });

  test("refusals keep the provider's code and words, also under a status that is none", () => {
    const bodies = {
      openai:
        '{"error":{"message":"Too long.","type":"invalid_request_error","code":"context_length_exceeded"}}',
      anthropic:
        '{"type":"error","error":{"type":"invalid_request_error","message":"Too long."},"request_id":"r"}',
      gemini: '{"error":{"code":400,"message":"Too long.","status":"INVALID_ARGUMENT"}}',
    };
    for (const [provider, body] of Object.entries(bodies) as [Provider, string][]) {
      for (const status of [400, 200]) {
        const refused = { ...good, status, body };
        const outcome = readOutcome(resultLineOf('run-1-refused', 'a', refused, dialectOf(provider)));
        assert.equal(outcome.kind, 'outcome', provider);
        if (outcome.kind === 'outcome') assert.equal(outcome.error?.message, 'Too long.', provider);
        if (outcome.kind === 'outcome') assert.equal(outcome.status, 'failed', provider);
      }
    }
  });

  test('an answer that is no JSON, and none at all, are failures in words', () => {
    for (const provider of ['openai', 'anthropic', 'gemini'] as const) {
      const page = { ...good, body: '<html>sign in</html>' };
      const none = {
        status: null,
        body: '',
        requestId: null,
        problem: { code: 'no_answer', message: 'It broke.' },
      };
      for (const outcome of [page, none]) {
        const read = readOutcome(resultLineOf('run-1-failed', 'a', outcome, dialectOf(provider)));
        assert.equal(read.kind === 'outcome' && read.status, 'failed', provider);
        assert.ok(read.kind === 'outcome' && read.error?.message, provider);
      }
    }
  });
});

test('what a status means for a row and for the run', () => {
  const cases = {
    answered: [200, 201],
    refused: [400, 403, 404, 413, 422],
    busy: [429, 503, 529],
    again: [408, 409, 500, 502, 504],
    stop: [301, 307, 401, 402],
  };
  for (const [verdict, statuses] of Object.entries(cases)) {
    for (const status of statuses) assert.equal(verdictOf(status, null), verdict, String(status));
  }
  assert.equal(verdictOf(429, 'insufficient_quota'), 'stop');
});

test('codes, delays and usage are found in bodies of every provider', () => {
  assert.deepEqual(errorIn('{"error":{"code":"c","message":"m"}}'), { code: 'c', message: 'm' });
  assert.deepEqual(errorIn('{"type":"error","error":{"type":"t","message":"m"}}'), {
    code: 't',
    message: 'm',
  });
  assert.deepEqual(errorIn('{"error":{"code":400,"status":"S","message":"m"}}'), { code: 'S', message: 'm' });
  assert.deepEqual(errorIn('[{"error":{"status":"S","message":"m"}}]'), { code: 'S', message: 'm' });
  assert.deepEqual(errorIn('{"error":"just words"}'), { code: null, message: 'just words' });
  assert.deepEqual(errorIn('<html>'), { code: null, message: null });
  assert.equal(retryDelayIn('{"error":{"details":[{"retryDelay":"34.5s"}]}}'), 34_500);
  assert.equal(retryDelayIn('{}'), null);
  assert.equal(tokensUsedIn('{"usage":{"total_tokens":7}}'), 7);
  assert.equal(
    tokensUsedIn('{"usage":{"input_tokens":3,"cache_read_input_tokens":90,"output_tokens":4}}'),
    7,
  );
  assert.equal(tokensUsedIn('{"usageMetadata":{"totalTokenCount":9}}'), 9);
  assert.equal(tokensUsedIn('{"choices":[]}'), null);
  assert.equal(tokensUsedIn('no'), null);
});
