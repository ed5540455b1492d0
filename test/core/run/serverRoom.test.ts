// Are the headers of each provider read, and is nothing made of what is no figure?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readServerRoom } from '#core';
import { readDuration } from '../../../core/run/serverRoom.ts';

const now = Date.parse('2026-11-21T10:00:00Z');
const read = (headers: Readonly<Record<string, string>>) =>
  readServerRoom((name) => headers[name] ?? null, now);

test("OpenAI's, and those of gateways that repeat them", () => {
  const room = read({
    'x-ratelimit-limit-requests': '500',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '120ms',
    'x-ratelimit-remaining-tokens': '149984',
    'x-ratelimit-reset-tokens': '6m0s',
  });
  assert.deepEqual(room, {
    requests: { remaining: 0, limit: 500, resetMs: 120 },
    tokens: { remaining: 149_984, limit: null, resetMs: 360_000 },
  });
});

test("Anthropic's, whose reset is a time", () => {
  const room = read({
    'anthropic-ratelimit-requests-limit': '50',
    'anthropic-ratelimit-requests-remaining': '49',
    'anthropic-ratelimit-requests-reset': '2026-11-21T10:00:01Z',
    'anthropic-ratelimit-tokens-remaining': '1000',
    'anthropic-ratelimit-tokens-reset': '2026-11-21T09:59:00Z',
  });
  assert.deepEqual(room?.requests, { remaining: 49, limit: 50, resetMs: 1000 });
  assert.deepEqual(room?.tokens, { remaining: 1000, limit: null, resetMs: 0 });
});

test('nothing, or nonsense, is nothing', () => {
  assert.equal(read({}), null);
  assert.equal(read({ 'x-ratelimit-remaining-requests': 'many' }), null);
  assert.deepEqual(read({ 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': 'soon' }), {
    requests: { remaining: 3, limit: null, resetMs: null },
    tokens: null,
  });
});

test('durations', () => {
  const cases = { '1s': 1000, '20ms': 20, '1h2m3.5s': 3_723_500, '2': 2000, '2m59.56s': 179_560 };
  for (const [text, ms] of Object.entries(cases)) assert.equal(readDuration(text), ms, text);
  for (const text of ['', 's', '1x', '-1s', '1s soon', null]) assert.equal(readDuration(text), null);
});
