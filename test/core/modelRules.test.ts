// What is said of models and of parameters that they refuse, for every provider; and what is left in peace.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allModels, type Configuration, checkDefaultModel, checkLine, dialectOf, type Provider } from '#core';
import { checkingAs, today } from '../checking.ts';

type Body = Readonly<Record<string, unknown>>;

const mainFields: Readonly<Record<string, Body>> = {
  '/v1/chat/completions': { messages: [{ role: 'user', content: 'Hi' }] },
  '/v1/responses': { input: 'Hi' },
  '/v1/embeddings': { input: 'Hi' },
  '/v1/completions': { prompt: 'Hi' },
  '/v1/moderations': { input: 'Hi' },
  '/v1/images/generations': { prompt: 'A cat' },
  '/v1/messages': { max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] },
};

function lineFor(provider: Provider, url: string, body: Body): string {
  const full = { ...mainFields[url], ...body };
  switch (dialectOf(provider).form) {
    case 'params':
      return JSON.stringify({ custom_id: 'a', params: full });
    case 'body':
      return JSON.stringify({ custom_id: 'a', body: full });
    case 'keyed':
      return JSON.stringify({ key: 'a', request: { contents: [{ parts: [{ text: 'Hi' }] }], ...body } });
    default:
      return JSON.stringify({ custom_id: 'a', method: 'POST', url, body: full });
  }
}

interface Asked {
  readonly provider?: Provider;
  readonly url?: string;
  readonly config?: Partial<Configuration>;
  readonly today?: string;
}

/** "severity code: message" of what is said of the model, its parameters and limits. */
function said(body: Body, { provider = 'openai', url, config, today: day = today }: Asked = {}): string[] {
  const asked = url ?? (provider === 'anthropic' ? '/v1/messages' : '/v1/chat/completions');
  const text = lineFor(provider, asked, body);
  const options = { ...checkingAs(provider, config), today: day };
  return checkLine(text, Buffer.byteLength(text), options)
    .findings.filter(({ code }) => /^(?:model|tokens)\./.test(code))
    .map(({ severity, code, message }) => `${severity ?? 'default'} ${code}: ${message}`);
}

const first = (body: Body, asked?: Asked): string => said(body, asked)[0] ?? 'nothing';

describe('models that are gone, or going', () => {
  test('an announced date is an info, from 30 days before it a warning, and an error from it on', () => {
    const luna = ' Its replacement is gpt-6-luna.';
    const going = `model.retiring: gpt-4o shuts down on 2027-01-14.${luna}`;
    assert.equal(first({ model: 'gpt-4o' }, { today: '2026-12-14' }), `info ${going}`);
    assert.equal(first({ model: 'gpt-4o' }, { today: '2026-12-15' }), `warning ${going}`);
    assert.equal(
      first({ model: 'gpt-4o' }, { today: '2027-01-14' }),
      `default model.retired: gpt-4o was shut down on 2027-01-14.${luna}`,
    );
  });

  test('a date that nobody confirmed is a warning', () => {
    assert.match(
      first({ model: 'o1-mini' }),
      /^warning model\.retired: o1-mini was probably shut down \(on 2025-10-27, by an unconfirmed source\)\./,
    );
    assert.match(
      first({ model: 'claude-3-7-sonnet-20250219' }, { provider: 'anthropic' }),
      /^warning model\.retired/,
    );
  });

  test('each provider has its own', () => {
    assert.match(
      first({ model: 'claude-sonnet-4-5' }, { provider: 'anthropic' }),
      /^warning model\.retiring: claude-sonnet-4-5 shuts down on 2026-11-30\. Its replacement is claude-sonnet-5-5\./,
    );
    assert.match(
      first({ model: 'claude-opus-4-1' }, { provider: 'anthropic' }),
      /^default model\.retired: claude-opus-4-1 was shut down on 2026-08-05\. Take another model\./,
    );
    assert.match(
      first({ model: 'grok-3' }, { provider: 'xai' }),
      /^default model\.retired: grok-3 .* Its replacement is grok-4\.3\./,
    );
    assert.match(
      first({ model: 'mistral-large-2411' }, { provider: 'mistral' }),
      /Its replacement is mistral-large-2512\./,
    );
    assert.match(first({ model: 'llama-3.1-8b-instant' }, { provider: 'groq' }), /^default model\.retired/);
  });

  test('a deprecated model without a date, and one with the earliest possible date, are worth knowing', () => {
    assert.match(
      first({ model: 'mistral-medium-2508' }, { provider: 'mistral' }),
      /^info model\.retiring: .* is deprecated; the day it shuts down is not published/,
    );
    const lite = { provider: 'gemini', config: { model: 'gemini-3.1-flash-lite' } } as const;
    assert.deepEqual(said({}, lite), [], 'said once for the file');
    const [finding] = checkDefaultModel(dialectOf('gemini'), 'gemini-3.1-flash-lite', today);
    assert.equal(finding?.severity, 'info');
    assert.match(finding?.message ?? '', /may be shut down from 2027-05-07 on; no day is set/);
  });

  test('a replacement that answers elsewhere is named with its place', () => {
    assert.match(
      first({ model: 'davinci-002' }, { url: '/v1/completions' }),
      /Its replacement is gpt-5\.6-terra, at \/v1\/chat\/completions or \/v1\/responses\./,
    );
  });

  test('a configured model is looked at once for the file, where requests name none', () => {
    const messages = (provider: Provider, name: string): string[] =>
      checkDefaultModel(dialectOf(provider), name, today).map(({ code, message }) => `${code}: ${message}`);
    assert.deepEqual(messages('gemini', 'gemini-2.0-flash'), [
      'model.retired: The configured model gemini-2.0-flash was shut down on 2026-06-01. Take another model.',
    ]);
    assert.deepEqual(messages('gemini', 'gemini-3.8-flash'), []);
    assert.deepEqual(messages('openai', 'gpt-3.5-turbo'), [], 'there every request names its own');
  });
});

describe('names that are not in the list', () => {
  test('a slip is told from a model of somebody else’s and from a new one', () => {
    assert.match(
      first({ model: 'gpt-5.4-mimi' }),
      /^default model\.unknown: .* Did you mean "gpt-5\.4-mini"\?$/,
    );
    assert.match(
      first({ model: 'claude-opus-5' }),
      /^warning model\.unknown: "claude-opus-5" is a model of Anthropic, and these requests are checked as OpenAI's;/,
    );
    assert.match(
      first({ model: 'gpt-6-luna' }, { provider: 'anthropic' }),
      /"gpt-6-luna" is a model of OpenAI, and .* Anthropic's/,
    );
    assert.match(first({ model: 'claude-zenith-9' }), /is a model of Anthropic/, 'by its family');
    assert.match(first({ model: 'gpt-99-nova' }), /its price and limits are unknown\.$/);
    assert.match(
      first({ model: 'claude-sonnet-5-5x' }, { provider: 'anthropic' }),
      /Did you mean "claude-sonnet-5-5"\?/,
    );
    assert.match(
      first({ model: 'mistral-large-lastest' }, { provider: 'mistral' }),
      /Did you mean "mistral-large-latest"\?/,
    );
  });

  test('a version more or less is no slip', () => {
    assert.doesNotMatch(first({ model: 'gpt-5.7-luna' }), /Did you mean/);
    assert.doesNotMatch(first({ model: 'claude-opus-6' }, { provider: 'anthropic' }), /Did you mean/);
  });

  test('where anybody’s model may answer nothing is said', () => {
    for (const provider of ['azure', 'openai-compatible'] as const) {
      for (const model of ['my-deployment', 'gpt-3.5-turbo', 'claude-opus-5', 'text-embedding-3-small']) {
        assert.deepEqual(said({ model }, { provider }), [], `${provider} ${model}`);
      }
    }
  });
});

describe('models that answer elsewhere, or not in batches', () => {
  test('an endpoint of one kind of models is certain, others are doubtful', () => {
    assert.match(first({ model: 'gpt-6-luna' }, { url: '/v1/embeddings' }), /^error model\.endpoint/);
    assert.match(first({ model: 'text-embedding-3-small' }), /^error model\.endpoint/);
    assert.match(
      first({ model: 'gpt-6-luna' }, { url: '/v1/images/generations' }),
      /^error model\.endpoint: gpt-6-luna does not answer at \/v1\/images\/generations/,
    );
    assert.match(first({ model: 'gpt-5.5-pro' }), /^warning model\.endpoint/);
    assert.deepEqual(said({ model: 'gpt-image-2' }, { url: '/v1/images/generations' }), []);
  });

  test('no batch is a warning, not known an info', () => {
    assert.match(first({ model: 'gpt-5.3-codex' }, { url: '/v1/responses' }), /shuts down on 2027-04-01/);
    assert.match(
      said({ model: 'gpt-5.3-codex' }, { url: '/v1/responses' })[1] ?? '',
      /^default model\.no-batch: gpt-5\.3-codex is not known to answer in a batch; take another model\.$/,
    );
    assert.match(first({ model: 'qwen/qwen3.6-27b' }, { provider: 'groq' }), /^info model\.no-batch/);
  });
});

describe('parameters that the model refuses', () => {
  const functions = [{ type: 'function', function: { name: 'f', parameters: {} } }];
  const chat = (model: string, more: Body): string[] => said({ model, ...more });
  const responses = (model: string, more: Body): string[] =>
    said({ model, ...more }, { url: '/v1/responses' });

  test('max_tokens of models that reason', () => {
    assert.deepEqual(chat('gpt-6-luna', { max_tokens: 50 }), [
      'default model.parameter: gpt-6-luna refuses max_tokens; write max_completion_tokens.',
    ]);
    assert.deepEqual(chat('gpt-6-luna', { max_tokens: null }), []);
    assert.match(chat('o3', { max_tokens: 50 })[1] ?? '', /o3 refuses max_tokens/);
    assert.doesNotMatch(chat('gpt-4o', { max_tokens: 50 }).join(), /max_tokens/);
  });

  test('sampling, but where the effort is none', () => {
    const none = 'gpt-6-luna takes temperature only with reasoning_effort "none"';
    assert.deepEqual(chat('gpt-6-luna', { temperature: 0.2 }), [
      `default model.parameter: ${none}, and without one it reasons (medium); remove temperature, or set that effort.`,
    ]);
    assert.deepEqual(chat('gpt-6-luna', { temperature: 0.2, reasoning_effort: 'low' }), [
      `default model.parameter: ${none}; remove temperature, or set that effort.`,
    ]);
    assert.deepEqual(chat('gpt-6-luna', { temperature: 0.2, reasoning_effort: 'none' }), []);
    assert.deepEqual(chat('gpt-6-luna', { temperature: 1, top_p: 1, logprobs: false }), [], 'the defaults');
    assert.deepEqual(
      chat('gpt-5.4', { temperature: 0.2, top_p: 0.5, logprobs: true }),
      [],
      'it reasons only if asked',
    );
    assert.deepEqual(chat('gpt-5.5', { temperature: 0.2 }), [], 'its default effort is not published');
    assert.match(responses('gpt-6-sol', { top_p: 0.5 })[0] ?? '', /only with reasoning\.effort "none"/);
    assert.deepEqual(responses('gpt-6-sol', { top_p: 0.5, reasoning: { effort: 'none' } }), []);
  });

  test('what models without effort none refuse in any case', () => {
    assert.deepEqual(
      chat('gpt-6.2-sol', {
        temperature: 0,
        logprobs: true,
        top_logprobs: 3,
        stop: ['x'],
        presence_penalty: 1,
      }),
      ['temperature', 'logprobs', 'top_logprobs', 'presence_penalty', 'stop'].map(
        (field) => `default model.parameter: gpt-6.2-sol refuses ${field}; remove it.`,
      ),
    );
    assert.match(chat('gpt-5-mini', { temperature: 0 })[1] ?? '', /takes temperature only at its default/);
    assert.deepEqual(chat('gpt-5.4', { stop: ['x'], logit_bias: { 1: 2 } }), []);
  });

  test('efforts that the model lacks', () => {
    assert.deepEqual(chat('gpt-6-luna', { reasoning_effort: 'minimal' }), [
      'default model.parameter: gpt-6-luna has no reasoning effort "minimal"; write "none", "low", "medium", "high", "xhigh" or "max".',
    ]);
    assert.match(
      responses('gpt-6-astra', { reasoning: { effort: 'none' } })[0] ?? '',
      /no reasoning effort "none"/,
    );
    assert.match(chat('gpt-5.2', { reasoning_effort: 'max' })[0] ?? '', /no reasoning effort "max"/);
    assert.deepEqual(chat('gpt-5.2', { reasoning_effort: 'xhigh' }), []);
    assert.deepEqual(chat('gpt-6-luna', { reasoning_effort: 'hgih' }), [], 'the schema refuses it');
    assert.match(
      chat('gpt-4o', { reasoning_effort: 'low' })[1] ?? '',
      /gpt-4o does not reason, and refuses reasoning_effort/,
    );
  });

  test('functions in chat completions', () => {
    const only = (model: string): string =>
      `default model.parameter: ${model} takes functions in chat completions only with reasoning_effort "none"`;
    assert.deepEqual(chat('gpt-6-sol', { tools: functions }), [
      `${only('gpt-6-sol')}, and without one it reasons (medium); set it, or send the request to /v1/responses.`,
    ]);
    assert.deepEqual(chat('gpt-6-luna', { tools: functions, reasoning_effort: 'none' }), []);
    assert.deepEqual(chat('gpt-5.4', { tools: functions }), []);
    assert.deepEqual(chat('gpt-5.4', { tools: functions, reasoning_effort: 'low' }), [
      `${only('gpt-5.4')}; set it, or send the request to /v1/responses.`,
    ]);
    assert.deepEqual(chat('gpt-6-astra', { tools: functions }), [
      'default model.parameter: gpt-6-astra refuses functions in chat completions; send the request to /v1/responses.',
    ]);
    assert.deepEqual(
      responses('gpt-6-astra', { tools: [{ type: 'function', name: 'f', parameters: {} }] }),
      [],
    );
    assert.deepEqual(chat('gpt-4.1', { tools: functions }).length, 1, 'that it retires');
  });

  test('an azure deployment with the name of a model is taken for it', () => {
    assert.match(
      first({ model: 'gpt-5-mini', max_tokens: 5 }, { provider: 'azure' }),
      /gpt-5-mini refuses max_tokens/,
    );
  });

  test('xAI’s models that reason refuse penalties and stop, the others do not', () => {
    const asked = { provider: 'xai' } as const;
    assert.match(first({ model: 'grok-4.7', presence_penalty: 1 }, asked), /refuses presence_penalty/);
    assert.deepEqual(said({ model: 'grok-4.20-0309-non-reasoning', stop: ['x'] }, asked), []);
  });
});

describe('limits of the output', () => {
  test('more than the model writes', () => {
    const limits: readonly (readonly [Body, Asked, string])[] = [
      [
        { model: 'gpt-6-luna', max_completion_tokens: 128_001 },
        {},
        'max_completion_tokens is 128,001; gpt-6-luna writes at most 128,000. Lower it.',
      ],
      [
        { model: 'gpt-6-luna', max_output_tokens: 200_000 },
        { url: '/v1/responses' },
        'max_output_tokens is 200,000; gpt-6-luna writes at most 128,000. Lower it.',
      ],
      [
        { model: 'claude-haiku-4-5', max_tokens: 64_001 },
        { provider: 'anthropic' },
        'max_tokens is 64,001; claude-haiku-4-5 writes at most 64,000. Lower it.',
      ],
      [
        { generationConfig: { maxOutputTokens: 70_000 } },
        { provider: 'gemini', config: { model: 'gemini-3.8-flash' } },
        'generationConfig.maxOutputTokens is 70,000; gemini-3.8-flash writes at most 65,536. Lower it.',
      ],
    ];
    for (const [body, asked, message] of limits) {
      assert.deepEqual(said(body, asked), [`default tokens.output: ${message}`]);
    }
    assert.deepEqual(said({ model: 'gpt-6-luna', max_completion_tokens: 128_000 }), []);
  });

  test('Anthropic’s long answers in batches are a beta', () => {
    const asked = { provider: 'anthropic' } as const;
    const body = { model: 'claude-opus-4-8', max_tokens: 300_000 };
    assert.match(
      first(body, asked),
      /Lower it, or ask for the beta output-300k-2026-03-24 \(300,000 in a batch\)\./,
    );
    assert.deepEqual(said({ ...body, betas: ['output-300k-2026-03-24'] }, asked), []);
    assert.match(
      first({ ...body, max_tokens: 300_001, betas: ['output-300k-2026-03-24'] }, asked),
      /at most 300,000\. Lower it\./,
    );
  });

  test('a person’s own figure goes first', () => {
    const config = { prices: { 'gpt-6-luna': { maxOutputTokens: 1000 } } };
    assert.match(first({ model: 'gpt-6-luna', max_completion_tokens: 2000 }, { config }), /at most 1,000/);
  });
});

test('the length of vectors of Mistral', () => {
  const vector = (model: string, length: number): string[] => {
    const text = JSON.stringify({
      custom_id: 'a',
      body: { model, input: 'Hi', output_dimension: length },
    });
    return checkLine(text, text.length, checkingAs('mistral')).findings.map(({ message }) => message);
  };
  assert.deepEqual(vector('mistral-embed', 512), [
    'mistral-embed refuses output_dimension; its vectors have 1,024 numbers. Remove it.',
  ]);
  assert.deepEqual(vector('codestral-embed', 512), []);
});

test('a plain request is let through for every model that is neither gone nor without batches', () => {
  let checked = 0;
  for (const model of allModels()) {
    const provider = model.provider as Provider;
    if (['together', 'fireworks'].includes(provider) || model.status !== 'active') continue;
    if (model.batchSupported !== true || model.shutdownDate !== null) continue;
    const url = model.endpoints[0]!;
    const config = { model: model.id };
    assert.deepEqual(
      said({ model: provider === 'gemini' ? undefined : model.id }, { provider, url, config }),
      [],
      model.id,
    );
    checked++;
  }
  assert.ok(checked > 80, String(checked));
});
