// Is a file cut where it must be, and nowhere else?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  areTokensLimited,
  checkLine,
  configurationOf,
  defaultConfiguration,
  dialectOf,
  embeddingInputsOf,
  PartCutter,
  type PartLimits,
  partLimits,
} from '#core';
import { checking } from '../checking.ts';

type Weight = Parameters<PartCutter['add']>[0];

const noLimits: PartLimits = {
  ...{ requests: null, bytes: null, tokens: null, embeddingInputs: null },
  queueTokensOf: () => null,
};

function request(sizeBytes: number, more: Partial<Weight> = {}): Weight {
  return { isRequest: true, sizeBytes, embeddingInputs: 0, tokens: null, model: null, ...more };
}

const blank: Weight = request(1, { isRequest: false });

function cut(limits: Partial<PartLimits>, weights: readonly Weight[]): ReturnType<PartCutter['finish']> {
  const cutter = new PartCutter({ ...noLimits, ...limits });
  for (const weight of weights) cutter.add(weight);
  return cutter.finish();
}

const linesOf = ({ parts }: ReturnType<PartCutter['finish']>): number[] => parts.map(({ lines }) => lines);

test('each limit cuts before the request that would pass it, not before one that fills it', () => {
  const ten = Array.from({ length: 10 }, () => request(100, { embeddingInputs: 3, tokens: 7, model: 'm' }));
  assert.deepEqual(linesOf(cut({}, ten)), [10]);
  assert.deepEqual(linesOf(cut({ requests: 4 }, ten)), [4, 4, 2]);
  assert.deepEqual(linesOf(cut({ requests: 5 }, ten)), [5, 5]);
  assert.deepEqual(linesOf(cut({ bytes: 300 }, ten)), [3, 3, 3, 1]);
  assert.deepEqual(linesOf(cut({ bytes: 399 }, ten)), [3, 3, 3, 1]);
  assert.deepEqual(linesOf(cut({ tokens: 14 }, ten)), [2, 2, 2, 2, 2]);
  assert.deepEqual(linesOf(cut({ embeddingInputs: 12 }, ten)), [4, 4, 2]);
  assert.deepEqual(linesOf(cut({ queueTokensOf: () => 35 }, ten)), [5, 5]);
  assert.deepEqual(linesOf(cut({ requests: 4, bytes: 200 }, ten)), [2, 2, 2, 2, 2]);
});

test('the queue of a model is filled by its own requests alone', () => {
  const mixed = ['a', 'b', 'a', 'b', 'a', 'b'].map((model) => request(1, { tokens: 10, model }));
  assert.deepEqual(linesOf(cut({ queueTokensOf: (model) => (model === 'a' ? 20 : null) }, mixed)), [4, 2]);
  assert.deepEqual(linesOf(cut({ queueTokensOf: () => null }, mixed)), [6]);
});

test('a request that is beyond a limit by itself has a part of its own, and that is said', () => {
  const { parts, passed } = cut({ bytes: 100, tokens: 50 }, [
    request(40, { tokens: 10 }),
    request(500, { tokens: 60 }),
    request(40, { tokens: 10 }),
  ]);
  assert.deepEqual(
    parts.map(({ firstLine, lines, offset, sizeBytes }) => [firstLine, lines, offset, sizeBytes]),
    [
      [0, 1, 0, 40],
      [1, 1, 40, 500],
      [2, 1, 540, 40],
    ],
  );
  assert.deepEqual(passed, [
    { part: 1, line: 1, limit: 'bytes', amount: 500, most: 100 },
    { part: 1, line: 1, limit: 'tokens', amount: 60, most: 50 },
  ]);
});

test('tokens that are not known are in no sum, and are counted as unknown', () => {
  const { parts } = cut({ tokens: 10 }, [request(1, { tokens: 10 }), request(1), request(1, { tokens: 1 })]);
  assert.deepEqual(
    parts.map(({ requests, tokens, uncountedRequests }) => [requests, tokens, uncountedRequests]),
    [
      [2, 10, 1],
      [1, 1, 0],
    ],
  );
});

test('blank lines are no requests and never a part of their own', () => {
  assert.deepEqual(linesOf(cut({ requests: 1 }, [blank, request(1), blank, request(1), blank])), [3, 2]);
  assert.deepEqual(linesOf(cut({ bytes: 10 }, [request(10), blank, blank])), [3]);
  const { parts, passed } = cut({ bytes: 10 }, [blank, request(10)]);
  assert.deepEqual([parts.length, passed.length, passed[0]?.line], [1, 1, 1]);
  assert.deepEqual(cut({ bytes: 10 }, []), { parts: [], passed: [] });
});

const weight = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ sizeBytes: fc.integer({ min: 1, max: 30 }), tokens: fc.option(fc.nat(30)) }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);
const most = fc.option(fc.integer({ min: 1, max: 60 }));

test('property: parts are the lines in their order, within the limits, and could not hold one more', () => {
  fc.assert(
    fc.property(fc.array(weight, { maxLength: 40 }), most, most, most, (given, requests, bytes, tokens) => {
      const weights = given.map((one) =>
        one === null ? blank : request(one.sizeBytes, { tokens: one.tokens }),
      );
      const { parts, passed } = cut({ requests, bytes, tokens }, weights);
      let line = 0;
      let offset = 0;
      for (const [index, part] of parts.entries()) {
        assert.deepEqual([part.firstLine, part.offset], [line, offset]);
        const inside = weights.slice(line, line + part.lines);
        const sum = (amountOf: (one: Weight) => number): number =>
          inside.reduce((all, one) => all + amountOf(one), 0);
        const amounts = [sum(({ isRequest }) => Number(isRequest)), sum((one) => one.sizeBytes)];
        const counted = sum((one) => one.tokens ?? 0);
        assert.deepEqual([part.requests, part.sizeBytes, part.tokens], [...amounts, counted]);
        const isSaid = passed.some((one) => one.part === index);
        const blanksAfter = inside.length - 1 - inside.findLastIndex(({ isRequest }) => isRequest);
        const isWithin =
          part.requests <= (requests ?? Infinity) &&
          part.sizeBytes - blanksAfter <= (bytes ?? Infinity) &&
          part.tokens <= (tokens ?? Infinity);
        assert.ok(isWithin || (isSaid && part.requests === 1));
        assert.ok(part.requests > 0 || parts.length === 1);
        line += part.lines;
        offset += part.sizeBytes;
        const next = weights[line];
        if (next === undefined || isSaid) continue;
        const fits =
          part.requests + Number(next.isRequest) <= (requests ?? Infinity) &&
          part.sizeBytes + next.sizeBytes <= (bytes ?? Infinity) &&
          (next.tokens === null || part.tokens + next.tokens <= (tokens ?? Infinity));
        assert.ok(!fits, 'it was cut too early');
      }
      assert.equal(line, weights.length);
    }),
    { numRuns: 300 },
  );
});

test('the limits are those of the provider, the lower where two are published; what is given goes before', () => {
  const facts = ({ requests, bytes, tokens, embeddingInputs }: PartLimits): unknown => [
    ...[requests, bytes, tokens, embeddingInputs],
  ];
  const of = (provider: Parameters<typeof dialectOf>[0], given = {}): unknown =>
    facts(partLimits(dialectOf(provider), defaultConfiguration, given));
  assert.deepEqual(of('openai'), [50_000, 200_000_000, null, 50_000]);
  assert.deepEqual(of('anthropic'), [100_000, 256_000_000, null, null]);
  assert.deepEqual(of('gemini'), [null, 2_000_000_000, null, null]);
  assert.deepEqual(of('mistral'), [100_000, 512_000_000, null, null]);
  assert.deepEqual(of('openai-compatible'), [null, null, null, null]);
  assert.deepEqual(of('openai', { requests: 3, bytes: 9, tokens: 7 }), [3, 9, 7, 50_000]);
  assert.deepEqual(facts(partLimits(null, defaultConfiguration)), [null, null, null, null]);
});

test('of queues only what somebody says of their own account', () => {
  const own = configurationOf({}, { queueTokens: { 'gpt-6-*': 900 } });
  const { queueTokensOf } = partLimits(dialectOf('openai'), own);
  assert.equal(queueTokensOf('gpt-6-luna'), 900);
  assert.equal(queueTokensOf('gpt-5.4-mini'), null);
  assert.equal(partLimits(dialectOf('openai'), defaultConfiguration).queueTokensOf('gpt-5.4-mini'), null);
  assert.equal(areTokensLimited(own, {}), true);
  assert.equal(areTokensLimited(defaultConfiguration, { tokens: 1 }), true);
  assert.equal(areTokensLimited(defaultConfiguration, { requests: 1 }), false);
});

test('texts to embed are counted as the check counts them', () => {
  const embed = (input: unknown, url = '/v1/embeddings'): string =>
    JSON.stringify({ custom_id: 'a', method: 'POST', url, body: { model: 'text-embedding-3-small', input } });
  const lines = [
    ...[embed('one'), embed(['a', 'b', 'c']), embed([1, 2, 3]), embed([[1], [2]]), embed(null), embed({})],
    embed(['a', 'b'], '/v1/chat/completions'),
    embed(['a', 'b']).replace('embeddings', '\\u0065mbeddings'),
    embed(['a', 'b']).replaceAll('/', '\\/'),
    ...['', 'embeddings', '{"url":"/v1/embeddings"', '[]'],
  ];
  const { dialect } = checking;
  for (const line of lines) {
    assert.equal(
      embeddingInputsOf(line, dialect),
      checkLine(line, line.length, checking).embeddingInputs,
      line,
    );
  }
  assert.equal(embeddingInputsOf(lines[7] ?? '', dialect), 2);
  assert.equal(embeddingInputsOf(lines[1] ?? '', dialectOf('azure')), 0);
});
