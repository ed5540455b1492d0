// The plan a person agrees to: every figure says what is known, and nothing that is unknown looks like nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider } from '#core';
import { accountOf, blockedBy, mostUsd, type Plan, planLines, planTitle } from '#jobs';

function planOf(change: Partial<Plan> = {}): Plan {
  const answer = accountOf({
    profile: 'openai',
    provider: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    apiKey: 'sk-proj-0123456789abcd4f2a',
  });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  return {
    file: '/data/reviews.jsonl',
    provider: 'openai',
    content: 'requests',
    account: answer.account,
    requests: 4812,
    sizeBytes: 8_388_608,
    endpoint: '/v1/chat/completions',
    model: 'gpt-6-luna',
    inputTokens: 1_210_000,
    inputMethod: 'estimated',
    batchUsd: { input: 0.06, outputMax: 0.6 },
    cut: { parts: [], queueTokens: null, problem: null },
    cacheWriteUsd: 0,
    priceNotes: [],
    aboveProjectUsd: 0,
    expected: null,
    estimate: {
      ...{ inputTokens: 1_210_000, outputMaxTokens: 2_400_000, expected: null },
      batchUsd: { input: 0.06, outputMax: 0.6 },
    },
    errors: { file: 0, row: 0 },
    warnings: 0,
    ...change,
  };
}

test('title and lines of a plan', () => {
  assert.equal(planTitle(planOf()), 'Submit reviews.jsonl to OpenAI (key …4f2a)?');
  assert.deepEqual(planLines(planOf()), [
    '4,812 requests in 1 part · within limits (10 % of requests, 4 % of bytes)',
    'gpt-6-luna · /v1/chat/completions · ~1.21 M tokens in',
    'At most about $0.66 (input ~$0.06 + output up to $0.60) · results within 24 h',
  ]);
});

test('what is not known is said, and has no upper bound', () => {
  const unbounded = planOf({ batchUsd: { input: 0.06, outputMax: null } });
  assert.match(planLines(unbounded).join('\n'), /no limit on output, so its cost has no bound/);
  assert.equal(mostUsd(unbounded), null);
  const unpriced = planOf({ batchUsd: { input: null, outputMax: null }, inputTokens: null });
  assert.match(planLines(unpriced).join('\n'), /unknown tokens in\nThe price is unknown/);
  assert.equal(mostUsd(unpriced), null);
  assert.equal(mostUsd(planOf({ batchUsd: { input: 1, outputMax: 2 } })), 3);
});

test('what writing to the cache can add is part of the most, and said', () => {
  const plan = planOf({ cacheWriteUsd: 0.02 });
  assert.equal(mostUsd(plan)?.toFixed(3), '0.680');
  assert.match(
    planLines(plan)[2] ?? '',
    /^At most about \$0\.68 \(input ~\$0\.06 \+ output up to \$0\.60 \+ cache writes up to \$0\.02\)/,
  );
});

test('a project’s own price is named before anything is paid, and does not stretch a budget', () => {
  const note =
    "gpt-6-luna has its price from the project's .llm-batch.json; by the list that ships it is up to $66.00";
  const plan = planOf({ priceNotes: [note], aboveProjectUsd: 65.34 });
  assert.ok(planLines(plan).includes(note));
  assert.match(planLines(plan).join('\n'), /At most about \$0\.66/);
  assert.equal(mostUsd(plan), 66);
});

test('without output the price is one figure, and what is free is said to be', () => {
  const costOf = (change: Partial<Plan>): string => planLines(planOf(change))[2] ?? '';
  const batchUsd = { input: 0.06, outputMax: 0 };
  assert.equal(costOf({ batchUsd, inputMethod: 'exact' }), 'Costs $0.06 · results within 24 h');
  assert.equal(costOf({ batchUsd }), 'Costs about $0.06 · results within 24 h');
  assert.equal(costOf({ batchUsd: { input: 0, outputMax: 0 } }), 'Free of charge · results within 24 h');
  const unpriced = planOf({
    batchUsd: { input: null, outputMax: 0 },
    inputTokens: null,
    inputMethod: 'unknown',
  });
  assert.match(planLines(unpriced).join('\n'), /· unknown tokens in\nThe price is unknown/);
});

test('the simulator costs nothing, and what it would cost is said', () => {
  const answer = accountOf({
    profile: 'simulator',
    provider: 'openai',
    baseUrl: 'http://127.0.0.1:1/v1',
    apiKey: null,
  });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  const plan = planOf({ account: answer.account });
  assert.equal(planTitle(plan), 'Submit reviews.jsonl to the simulator?');
  assert.match(planLines(plan).join('\n'), /Costs nothing here; at OpenAI at most about \$0\.66/);
});

test('a file that would be refused is never sent; rows that would fail only when that is said', () => {
  assert.equal(blockedBy(planOf(), false), null);
  const refused = planOf({ errors: { file: 2, row: 0 } });
  assert.equal(blockedBy(refused, true), '2 errors would make OpenAI reject the whole file.');
  const losing = planOf({ errors: { file: 0, row: 1 } });
  assert.match(blockedBy(losing, false) ?? '', /^1 error would make/);
  assert.equal(blockedBy(losing, true), null);
  assert.match(planLines(losing).at(-1) ?? '', /will fail/);
  assert.match(blockedBy(planOf({ endpoint: null }), true) ?? '', /endpoint/);
});

test('no line holds the key', () => {
  const text = [planTitle(planOf()), ...planLines(planOf())].join('\n');
  assert.doesNotMatch(text, /sk-proj|0123456789/);
});

test('requests of a provider that cannot be sent to, and results, are blocked whatever is right in them', () => {
  assert.match(blockedBy(planOf({ provider: 'mistral' }), true) ?? '', /for Mistral, .* cannot send/);
  assert.match(blockedBy(planOf({ provider: 'xai' }), true) ?? '', /for xAI, .* cannot send/);
  assert.match(blockedBy(planOf({ content: 'results' }), true) ?? '', /results, not requests/);
});

test('requests go to no account that does not take them', () => {
  const at = (provider: Provider, baseUrl: string, profile = provider as string): Partial<Plan> => {
    const answer = accountOf({ profile, provider, baseUrl, apiKey: 'a-key-0123456789' });
    if (answer.kind === 'problem') throw new Error(answer.problem.message);
    return { account: answer.account };
  };
  const anthropic = at('anthropic', 'https://api.anthropic.com');
  const words = blockedBy(planOf({ provider: 'openai', ...anthropic }), true) ?? '';
  assert.equal(
    words,
    'These are requests for OpenAI, and the account is at Anthropic; choose another profile.',
  );
  assert.match(blockedBy(planOf({ provider: 'anthropic' }), true) ?? '', /for Anthropic, .* at OpenAI/);
  assert.match(blockedBy(planOf({ provider: 'groq' }), true) ?? '', /for Groq, .* at OpenAI/);
  assert.equal(blockedBy(planOf({ provider: 'anthropic', ...anthropic }), true), null);
  // What a gateway or another server takes is not known here.
  const gateway = at('openai', 'https://gateway.example/v1');
  assert.equal(blockedBy(planOf({ provider: 'groq', ...gateway }), true), null);
  assert.match(blockedBy(planOf({ provider: 'gemini', ...gateway }), true) ?? '', /for Gemini/);
  const server = at('openai-compatible', 'https://gateway.example/v1', 'mine');
  assert.equal(blockedBy(planOf({ provider: 'azure', ...server }), true), null);
});

test('each provider has its own time, limits and names in the plan', () => {
  const linesAt = (provider: Provider, baseUrl: string): string => {
    const answer = accountOf({ profile: provider, provider, baseUrl, apiKey: 'a-key-0123456789' });
    if (answer.kind === 'problem') throw new Error(answer.problem.message);
    const plan = planOf({ provider, account: answer.account });
    return [planTitle(plan), ...planLines(plan)].join('\n');
  };
  const claude = linesAt('anthropic', 'https://api.anthropic.com');
  assert.match(claude, /^Submit reviews\.jsonl to Anthropic \(key …6789\)\?/);
  assert.match(claude, /\(5 % of requests, 3 % of bytes\)/);
  assert.match(claude, /results within 24 h/);
  assert.match(
    linesAt('gemini', 'https://generativelanguage.googleapis.com'),
    /to Gemini .*results within 48 h/s,
  );
  assert.match(
    linesAt('azure', 'https://x.openai.azure.com'),
    /to Azure OpenAI .*results mostly within 24 h/s,
  );
  const server = linesAt('openai-compatible', 'https://gateway.example/v1');
  assert.match(server, /to gateway\.example .*4,812 requests in 1 part\n/s);
  assert.doesNotMatch(server, /results within/);
});
