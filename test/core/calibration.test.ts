// What jobs and counts teach: ratio and error from rows, which evidence counts where, and how estimates use it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import {
  basisOf,
  type Configuration,
  type Counters,
  createTokenCounter,
  defaultConfiguration,
  dialectOf,
  type Evidence,
  type EvidenceEntry,
  EvidenceTally,
  errorPercentOf,
  estimateRequest,
  type InputEvidence,
  isLoopbackPlace,
  type LearnedModels,
  type LineEstimate,
  learnedAt,
  learnedKey,
  ownPlaces,
  placeOf,
  placesOf,
  readEvidence,
  summarizeEstimates,
  toEstimateJson,
  tokenizerOf,
  type UsedRow,
  withLesson,
  writeEvidence,
} from '#core';

const byEncoding = { o200k_base: createTokenCounter(o200k), cl100k_base: createTokenCounter(cl100k) };
const counters: Counters = (encoding) => byEncoding[encoding];
const today = '2026-11-21';
const nowMs = Date.parse('2026-11-21T12:00:00Z');

/** Its encoding is not published: counts are estimates. */
const model = 'gpt-6-luna';
const basis = basisOf(tokenizerOf(model, 'openai'));

function used(estimatedTokens: number, inputTokens: number, over: Partial<UsedRow> = {}): UsedRow {
  return { model, basis, method: 'estimated', estimatedTokens, inputTokens, outputTokens: 10, ...over };
}

function inputOf(rows: readonly UsedRow[]): InputEvidence | null {
  const tally = new EvidenceTally();
  for (const row of rows) tally.add(row);
  return tally.result()[0]?.input ?? null;
}

describe('evidence of rows', () => {
  test('is their common ratio, and how far they are spread around it', () => {
    const input = inputOf([used(100, 110), used(100, 130)]);
    assert.deepEqual(input, { rows: 2, estimated: 200, actual: 240, spread: 0.0833333, basis });
  });

  test('of equal ratios has no spread, whatever the lengths', () => {
    assert.equal(inputOf([used(10, 13), used(1000, 1300), used(70, 91)])?.spread, 0);
  });

  test('leaves out rows that are exact or unknown, and what cannot be the same text', () => {
    assert.equal(inputOf([used(100, 110, { method: 'exact' }), used(0, 5), used(100, 0)]), null);
    assert.equal(inputOf([used(100, 110, { estimatedTokens: null, method: 'unknown' })]), null);
    assert.equal(inputOf([used(1, 2_000)]), null);
  });

  test('of the output is mean and spread of what was answered; vectors are nothing', () => {
    const tally = new EvidenceTally();
    for (const outputTokens of [10, 20, 30]) tally.add(used(1, 1, { outputTokens }));
    assert.deepEqual(tally.result()[0]?.output, { rows: 3, meanTokens: 20, spread: 0.408248 });
    const vectors = new EvidenceTally();
    vectors.add(used(1, 1, { outputTokens: 0, method: 'exact' }));
    assert.deepEqual(vectors.result(), []);
  });

  test('the error covers 95 of 100 further rows of the same kind', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1 << 30 }), (seed) => {
        // Rows whose ratios are spread evenly: ± 20 % around 1.3.
        let state = seed;
        const random = (): number => {
          state = (Math.imul(state, 1103515245) + 12345) >>> 0;
          return state / 2 ** 32;
        };
        const ratios = Array.from({ length: 400 }, () => 1.3 * (0.8 + 0.4 * random()));
        const input = inputOf(ratios.slice(0, 200).map((ratio) => used(1000, Math.round(1000 * ratio))));
        assert.ok(input);
        const ratio = input.actual / input.estimated;
        const errorPercent = errorPercentOf(input.spread, input.rows);
        const within = ratios.slice(200).filter((one) => Math.abs(one / ratio - 1) * 100 <= errorPercent);
        assert.ok(within.length >= 185, `${within.length} of 200 within ${errorPercent} %`);
        assert.ok(errorPercent < 30);
      }),
      { numRuns: 30 },
    );
  });

  test('few rows say little, and never more than that it may be all wrong', () => {
    assert.ok(errorPercentOf(0.05, 3) > 2 * errorPercentOf(0.05, 100));
    assert.equal(errorPercentOf(0, 5), 1);
    assert.equal(errorPercentOf(9, 5), 100);
  });
});

const daysAgo = (days: number): string => new Date(nowMs - days * 86_400_000).toISOString();

function piece(ratio: number, rows: number, days = 0, over: Partial<Evidence> = {}): Evidence {
  const input = { rows, estimated: 100 * rows, actual: 100 * rows * ratio, spread: 0.02, basis };
  const output = { rows, meanTokens: 10 * ratio, spread: 0.5 };
  return { id: `j-${ratio}-${days}`, source: 'job', at: daysAgo(days), input, output, ...over };
}

function entry(evidence: readonly Evidence[], place = ownPlaces.openai): EvidenceEntry {
  return { place, provider: 'openai', model, evidence };
}

function learned(entries: readonly EvidenceEntry[], places = ownPlaces): LearnedModels[string] | undefined {
  return learnedAt(entries, places, nowMs)[learnedKey('openai', model)];
}

describe('what was learnt', () => {
  test('pools rows: the larger evidence weighs more, and so does the newer', () => {
    const large = learned([entry([piece(1.1, 900), piece(1.5, 100)])])?.input;
    assert.ok(large && Math.abs(large.ratio - 1.14) < 0.001, String(large?.ratio));
    const newer = learned([entry([piece(1.1, 100, 0), piece(1.5, 100, 120)])])?.input;
    assert.ok(newer && newer.ratio < 1.13, String(newer?.ratio));
    assert.equal(newer?.rows, 200);
  });

  test('jobs that disagree make the error larger than that of each', () => {
    const one = learned([entry([piece(1.1, 100)])])?.input?.errorPercent ?? 0;
    const both = learned([entry([piece(1.1, 100), piece(1.5, 100)])])?.input?.errorPercent ?? 0;
    assert.ok(one < 6 && both > 20, `${one} ${both}`);
  });

  test('of two rows is nothing', () => {
    assert.deepEqual(learned([entry([piece(1.2, 2)])]), { input: null, output: null });
  });

  test('the output is that of the newest job with answers enough, else of the largest', () => {
    assert.equal(learned([entry([piece(1, 5, 0), piece(2, 40, 3), piece(3, 400, 9)])])?.output?.tokens, 20);
    assert.equal(learned([entry([piece(1, 5, 0), piece(2, 8, 3)])])?.output?.tokens, 20);
  });

  test('of another way of counting is not pooled with that of the newest', () => {
    const old = piece(3, 500, 1);
    const other = { ...old, input: old.input && { ...old.input, basis: '0:other' } };
    assert.equal(learned([entry([piece(1.1, 100), other])])?.input?.ratio, 1.1);
  });

  test('holds at its address; that of the provider itself holds where nothing else is known', () => {
    const gateway = placesOf({ openai: 'https://llm.example.org/v1' });
    const own = entry([piece(1.1, 50)]);
    const there = entry([piece(1.4, 50)], placeOf('https://llm.example.org/v1'));
    assert.equal(learned([own, there], gateway)?.input?.ratio, 1.4);
    assert.equal(learned([there, own], gateway)?.input?.ratio, 1.4);
    assert.equal(learned([own], gateway)?.input?.ratio, 1.1);
    assert.equal(learned([own, there])?.input?.ratio, 1.1);
    assert.equal(learned([there]), undefined);
  });

  test('on this computer holds there alone, and for a day', () => {
    const url = 'http://127.0.0.1:8900/v1';
    const here = placesOf({ openai: url });
    const made = (days: number): EvidenceEntry => entry([piece(1.7, 50, days)], placeOf(url));
    assert.equal(learned([made(0.5)], here)?.input?.ratio, 1.7);
    assert.deepEqual(learned([made(2)], here), { input: null, output: null });
    assert.equal(learned([made(0)]), undefined);
  });

  test('places are hosts with their ports', () => {
    assert.equal(placeOf('https://API.openai.com/v1'), 'api.openai.com');
    assert.equal(placeOf('http://me:secret@localhost:8900/v1'), 'localhost:8900');
    for (const place of ['localhost', 'localhost:1', '127.0.0.1:8900', '127.1.2.3', '[::1]:80']) {
      assert.ok(isLoopbackPlace(place), place);
    }
    for (const place of ['api.openai.com', 'localhost.example.org', '10.0.0.1:80']) {
      assert.ok(!isLoopbackPlace(place), place);
    }
  });
});

describe('calibration.json', () => {
  const lesson = (id: string, name: string, at = daysAgo(0)): Parameters<typeof withLesson>[1] => {
    const { input, output } = piece(1.1, 9);
    const models = [{ model: name, input, output }];
    return { id, source: 'job', at, place: 'p', provider: 'openai', models };
  };

  test('reads what it writes', () => {
    const entries = withLesson(withLesson([], lesson('a', 'm')), lesson('b', 'n'));
    assert.deepEqual(readEvidence(writeEvidence(entries)), { kind: 'entries', entries });
  });

  test('a job that is merged again replaces what it said; eight pieces of each model stay', () => {
    let entries = withLesson(withLesson([], lesson('a', 'm')), lesson('a', 'm'));
    assert.equal(entries[0]?.evidence.length, 1);
    for (let day = 20; day > 0; day--) entries = withLesson(entries, lesson(`j${day}`, 'm', daysAgo(day)));
    assert.deepEqual(
      entries[0]?.evidence.map(({ id }) => id),
      ['a', 'j1', 'j2', 'j3', 'j4', 'j5', 'j6', 'j7'],
    );
  });

  test('does not grow without end', () => {
    let entries: readonly EvidenceEntry[] = [];
    for (let at = 0; at < 260; at++) entries = withLesson(entries, lesson('a', `m${at}`));
    assert.deepEqual([entries.length, entries[0]?.model], [200, 'm259']);
  });

  test('what is not understood is said, and never taken for nothing', () => {
    const messageOf = (text: string): string => {
      const file = readEvidence(text);
      assert.equal(file.kind, 'unreadable', text);
      return file.kind === 'unreadable' ? file.message : '';
    };
    assert.match(messageOf('{"version":2,"models":[]}'), /newer version/);
    assert.match(messageOf('{"version":1,"mod'), /not JSON/);
    for (const text of ['[]', '{}', '{"version":1}', '{"version":1,"models":[{}]}', 'null', '""', '7']) {
      assert.match(messageOf(text), /left as it is/);
    }
    const broken = writeEvidence([entry([{ ...piece(1, 9), input: { ...piece(1, 9).input!, actual: 0 } }])]);
    assert.match(messageOf(broken), /not complete/);
  });

  test('any text is read without throwing', () => {
    fc.assert(fc.property(fc.anything(), (value) => void readEvidence(JSON.stringify(value) ?? '')));
    fc.assert(fc.property(fc.string(), (text) => void readEvidence(text)));
  });
});

function configOf(over: Partial<Configuration>): Configuration {
  return { ...defaultConfiguration, ...over };
}

function estimate(text: string, config: Configuration, body: object = {}): LineEstimate {
  const messages = [{ role: 'user', content: text }];
  const request = { custom_id: 'a', url: '/v1/chat/completions', body: { model, messages, ...body } };
  return estimateRequest(request, counters, { today, dialect: dialectOf('openai'), config });
}

const taught = (ratio: number, tokens: number | null = null): Configuration =>
  configOf({
    learned: {
      [learnedKey('openai', model)]: {
        input: { ratio, errorPercent: 4, rows: 50, basis },
        output: tokens === null ? null : { tokens, rows: 50 },
      },
    },
  });

describe('an estimate', () => {
  const text = 'The parcel came late, and the box was open. '.repeat(20);
  const plain = estimate(text, defaultConfiguration);

  test('is corrected where it is not exact, says so, and by how much it may be wrong', () => {
    assert.equal(plain.inputMethod, 'estimated');
    const corrected = estimate(text, taught(1.5));
    assert.deepEqual(
      [corrected.inputTokens, corrected.inputMethod, corrected.inputErrorPercent],
      [Math.round((plain.inputTokens ?? 0) * 1.5), 'calibrated', 4],
    );
    assert.ok(Math.abs((corrected.batchUsd.input ?? 0) / (plain.batchUsd.input ?? 1) - 1.5) < 0.01);
  });

  test('that is exact stays so, and one that is unknown stays unknown', () => {
    const exact = { model: 'gpt-4o' };
    const key = learnedKey('openai', 'gpt-4o');
    const input = { ratio: 2, errorPercent: 4, rows: 50, basis: basisOf(tokenizerOf('gpt-4o', 'openai')) };
    const config = configOf({ learned: { [key]: { input, output: null } } });
    assert.deepEqual(estimate(text, config, exact), estimate(text, defaultConfiguration, exact));
    const sound = { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] };
    assert.deepEqual([estimate('', taught(2), sound).inputTokens], [null]);
  });

  test('goes by settings before what was learnt, and by nothing of another way of counting', () => {
    const stated = { ratio: 3, errorPercent: 10, outputTokens: 7 };
    const config = { ...taught(1.5, 20), calibration: { 'gpt-6-*': stated } };
    const one = estimate(text, config);
    assert.deepEqual(
      [one.inputTokens, one.inputErrorPercent],
      [Math.round((plain.inputTokens ?? 0) * 3), 10],
    );
    assert.deepEqual(one.outputExpected, { tokens: 7, rows: null });
    const { learned: models } = taught(1.5);
    const [[key, value] = ['', undefined]] = Object.entries(models);
    assert.ok(value?.input);
    const other = { [key]: { ...value, input: { ...value.input, basis: '0:other*1' } } };
    assert.equal(estimate(text, configOf({ learned: other })).inputMethod, 'estimated');
  });

  test('rows estimated again with what they taught come to what they used', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 80, max: 190 })), {
          minLength: 3,
          maxLength: 30,
        }),
        (rows) => {
          const tally = new EvidenceTally();
          const texts = rows.map(([words]) => 'tokens of another language '.repeat(words));
          let actual = 0;
          for (const [index, [, percent]] of rows.entries()) {
            const before = estimate(texts[index] ?? '', defaultConfiguration).inputTokens ?? 0;
            const inputTokens = Math.max(1, Math.round((before * percent) / 100));
            actual += inputTokens;
            tally.add(used(before, inputTokens));
          }
          const models = tally.result();
          const at = daysAgo(0);
          const place = ownPlaces.openai;
          const entries = withLesson([], { id: 'j', source: 'job', at, place, provider: 'openai', models });
          const config = configOf({ learned: learnedAt(entries, ownPlaces, nowMs) });
          const again = summarizeEstimates(texts.map((one) => estimate(one, config)));
          assert.equal(again.inputMethod, 'calibrated');
          // Each line is rounded, and the ratio kept to five digits.
          const off = Math.abs((again.inputTokens ?? 0) - actual);
          assert.ok(off <= rows.length + actual * 1e-4, `${again.inputTokens} ${actual}`);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the expected output', () => {
  test('stands beside the bound, never above it, and changes no figure of cost', () => {
    const bounded = estimate('x', taught(1, 200), { max_completion_tokens: 50 });
    assert.deepEqual(bounded.outputExpected, { tokens: 50, rows: 50 });
    const loose = estimate('x', taught(1, 200), { max_completion_tokens: 500 });
    assert.deepEqual(loose.outputExpected, { tokens: 200, rows: 50 });
    const without = estimate('x', defaultConfiguration, { max_completion_tokens: 500 });
    assert.equal(loose.batchUsd.outputMax, without.batchUsd.outputMax);
    const unbounded = estimate('x', taught(1, 200));
    assert.deepEqual([unbounded.outputExpected?.tokens, unbounded.batchUsd.outputMax], [200, null]);
  });

  test('is summed over requests, with its price; one without an expectation makes it unknown', () => {
    const lines = [1, 2, 3].map(() => estimate('x', taught(1, 200), { max_completion_tokens: 500 }));
    const { expected, batchUsd, outputMaxTokens } = summarizeEstimates(lines);
    assert.ok(expected !== null && batchUsd.input !== null && batchUsd.outputMax !== null);
    assert.deepEqual([expected.outputTokens, expected.rows, outputMaxTokens], [600, 50, 1500]);
    const share = ((expected.batchUsd ?? 0) - batchUsd.input) / batchUsd.outputMax;
    assert.ok(Math.abs(share - 0.4) < 1e-9);
    const mixed = summarizeEstimates([...lines, estimate('x', defaultConfiguration)]);
    assert.equal(mixed.expected, null);
    assert.equal(summarizeEstimates([]).expected, null);
  });

  test('is a member of its own in JSON', () => {
    const lines = [estimate('x', taught(1, 200), { max_completion_tokens: 500 })];
    const json = toEstimateJson('a.jsonl', 'openai', summarizeEstimates(lines));
    assert.deepEqual([json.expected?.outputTokens, json.expected?.rows], [200, 50]);
    assert.deepEqual(json.models[0]?.expected, json.expected);
    assert.deepEqual(Object.keys(json.cost.batch), ['input', 'outputMax']);
    const none = toEstimateJson('a', 'openai', summarizeEstimates([estimate('x', defaultConfiguration)]));
    assert.equal(none.expected, null);
  });
});
