// Random slips in valid files: what the safe fixes do to them, and what they must never do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BatchFile, type FixSource, safeEdits, unchecked } from '#core';
import { checking } from '../checking.ts';
import { apply, factsOf, fixed, reportOf, sourceOf } from './fixing.ts';

interface Request {
  readonly custom_id: unknown;
  readonly method: string;
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Slip = (request: Request) => object;

const renamed = (object: object, from: string, to: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
const without = (object: object, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

/** Each of them is mended by a safe fix, also together with one of each other field. */
const slips: Readonly<Record<'method' | 'url' | 'stream' | 'limit' | 'id' | 'body', readonly Slip[]>> = {
  method: [
    (request) => ({ ...request, method: 'post' }),
    (request) => without(request, 'method'),
    (request) => renamed(request, 'method', 'metod'),
  ],
  url: [
    (request) => ({ ...request, url: `https://api.openai.com${request.url}/` }),
    (request) => ({ ...request, url: request.url.slice(0, -1) }),
  ],
  stream: [
    (request) => ({ ...request, body: { stream: true, ...request.body } }),
    (request) => ({ ...request, body: { ...request.body, stream: true, stream_options: {} } }),
  ],
  limit: ['maxCompletionTokens', 'max_completion_token', 'max_output_tokens', 'max_tokens'].map(
    (name): Slip =>
      (request) => ({ ...request, body: renamed(request.body, 'max_completion_tokens', name) }),
  ),
  id: [
    (request) => without(request, 'custom_id'),
    (request) => ({ ...request, custom_id: '' }),
    (request) => ({ ...request, custom_id: null }),
    (request) => ({ ...request, custom_id: Number(String(request.custom_id).slice(1)) }),
    (request) => renamed(request, 'custom_id', 'customId'),
    (request) => ({ ...request, custom_id: 'r1' }),
    (request) => ({ ...request, custom_id: 'r1-2' }),
  ],
  body: [(request) => renamed(request, 'body', 'bodi')],
};

const anySlips = fc.tuple(
  ...Object.values(slips).map((ofField) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(...ofField) },
    ),
  ),
);

interface Line {
  readonly text: string;
  /** What the request was before its slips, without its id. */
  readonly meant: unknown;
}

const lineOf = fc
  .record({
    number: fc.nat(12),
    content: fc.constantFrom('Hi', '"quoted" \\ {"a":[}', 'ü ★ 😀'),
    chosen: anySlips,
    isSpaced: fc.boolean(),
  })
  .map(({ number, content, chosen, isSpaced }): Line => {
    const id = `r${number}`;
    const body = { model: 'gpt-6-luna', messages: [{ role: 'user', content }], max_completion_tokens: 5 };
    const request: Request = { custom_id: id, method: 'POST', url: '/v1/chat/completions', body };
    const slipped = chosen.reduce<object>((value, slip) => slip?.(value as Request) ?? value, request);
    const text = isSpaced
      ? JSON.stringify(slipped, null, 1).replaceAll(/\n */g, ' ')
      : JSON.stringify(slipped);
    return { text, meant: without(request, 'custom_id') };
  });

/** Lines with blank ones and copies among them. */
const fileOf = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: lineOf },
    { weight: 1, arbitrary: fc.constant({ text: ' ', meant: null }) },
  ),
  { minLength: 1, maxLength: 14 },
);

test('safe fixes mend every slip, and nothing else changes', () => {
  fc.assert(
    fc.property(fileOf, (file) => {
      const before = file.map(({ text }) => text);
      const after = fixed(before).filter((line) => line.trim() !== '');
      const { counts, requests } = reportOf(sourceOf(after));
      if (after.length > 0) assert.deepEqual(counts, { error: 0, warning: 0, info: 0, hint: 0 });
      assert.equal(requests, after.length);
      const kept = keptOf(file);
      assert.equal(after.length, kept.length, 'only copies of whole lines may go');
      for (const [index, text] of after.entries()) {
        assert.deepEqual(without(JSON.parse(text), 'custom_id'), kept[index]?.meant);
      }
    }),
    { seed: 13, numRuns: 400 },
  );
});

/** Without blank lines, and without lines with an id that repeat an earlier one. */
function keptOf(file: readonly Line[]): readonly Line[] {
  const seen = new Set<string>();
  return file.filter(({ text, meant }) => {
    if (meant === null) return false;
    const isCopy = seen.has(text) && factsOf(text).id;
    seen.add(text);
    return !isCopy;
  });
}

/** Also slips that no fix mends, and lines that are broken. */
const anyLine = fc.oneof(
  lineOf.map(({ text }) => text),
  fc.constantFrom(
    '',
    '{',
    'null',
    '{"custom_id":"r1"',
    '{"custom_id":"r1","custom_id":"r2","method":"get","url":"/v1/responses","body":{"stream":true,"stream":true}}',
    '{"custom_id":1e400,"Method":"POST","metod":"POST","url":"/v1/embedding","body":{"input":["x"],"modle":"m"}}',
    '{"id":"x","custom_id":{},"url":"/v1/chat/completion","body":{"messages":7}}',
    '{"customid":"r1","custom-id":"r1","body":{"top_k":1,"Top_P":1,"topP":0.5}}',
  ),
);

test('of any file, a second time nothing is left to do; no request is lost but copies, no error is added', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 12 }), (before) => {
      const source = sourceOf(before);
      const after = apply(before, safeEdits(source, {}));
      assert.deepEqual(safeEdits(sourceOf(after), {}), []);
      const [old, now] = [reportOf(source), reportOf(sourceOf(after))];
      const copies = before.filter((text, index) => factsOf(text).id && before.indexOf(text) < index).length;
      assert.equal(
        now.requests,
        old.requests - (old.requests > 0 && source.file.shape === null ? copies : 0),
      );
      // A url that is put right lets its body be checked for the first time.
      const urls = old.problems.filter(({ code }) => code === 'request.url').length;
      if (urls === 0) assert.ok(now.counts.error <= old.counts.error);
    }),
    { seed: 17, numRuns: 500 },
  );
});

test('after any edits the fixes are those of a fresh file', () => {
  const edit = fc.record({ at: fc.nat(12), remove: fc.nat(3), insert: fc.array(anyLine, { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 8 }), fc.array(edit, { maxLength: 6 }), (start, edits) => {
      let lines = [...start];
      const file = new BatchFile();
      file.splice(0, 0, lines.map(factsOf));
      for (const { at, remove, insert } of edits) {
        const from = Math.min(at, lines.length);
        const count = Math.min(remove, lines.length - from);
        lines = [...lines.slice(0, from), ...insert, ...lines.slice(from + count)];
        file.splice(from, count, new Array(insert.length).fill(unchecked));
        for (let i = from; i < from + insert.length; i++) file.splice(i, 1, [factsOf(lines[i] ?? '')]);
      }
      const edited: FixSource = {
        file,
        textOf: (line) => lines[line] ?? '',
        lineCount: lines.length,
        checking,
      };
      assert.deepEqual(safeEdits(edited, {}), safeEdits(sourceOf(lines), {}));
      assert.deepEqual(reportOf(edited), reportOf(sourceOf(lines)));
    }),
    { seed: 19, numRuns: 300 },
  );
});
