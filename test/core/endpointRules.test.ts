// Limits in tokens, dimensions and inputs: what a schema cannot say of embeddings, completions and moderations.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BatchFile, checkLine, type FileReport, type LineFacts, unchecked } from '#core';
import { checking } from '../checking.ts';

const options = checking;

function requestTo(url: string, body: object): string {
  return JSON.stringify({ custom_id: 'a', method: 'POST', url, body });
}

function embeddings(input: unknown, more: object = {}): string {
  return requestTo('/v1/embeddings', { model: 'text-embedding-3-small', input, ...more });
}

/** Problems as a person sees them, with the text they stand at. */
function problemsOf(...lines: readonly string[]): readonly (readonly [string, string, string, string])[] {
  const report = reportOf(fileOf(lines.map((text) => checkLine(text, text.length, options))), lines);
  return report.problems.map(({ code, severity, scope, message, line, start, end }) => [
    `${severity} ${code} ${scope}`,
    message,
    (lines[line] ?? '').slice(start, end).slice(0, 12),
    `${line + 1}`,
  ]);
}

function fileOf(lines: readonly LineFacts[]): BatchFile {
  const file = new BatchFile();
  file.splice(0, 0, lines);
  return file;
}

function reportOf(file: BatchFile, lines: readonly string[] = []): FileReport {
  return file.report({
    dialect: checking.dialect,
    maxProblems: 1000,
    severity: {},
    textOf: (line) => lines[line] ?? '',
  });
}

const ids = (count: number): number[] => new Array<number>(count).fill(1);

test('token arrays are counted exactly, each by itself', () => {
  assert.deepEqual(problemsOf(embeddings([ids(8192), ids(8192)])), []);
  assert.deepEqual(problemsOf(embeddings([ids(3), ids(8193), ids(9000)])), [
    [
      'error tokens.context row',
      'input[1] has 8,193 tokens; text-embedding-3-small takes 8,192 in one input. Split it.',
      '[1,1,1,1,1,1',
      '1',
    ],
    [
      'error tokens.context row',
      'input[2] has 9,000 tokens; text-embedding-3-small takes 8,192 in one input. Split it.',
      '[1,1,1,1,1,1',
      '1',
    ],
  ]);
});

test('a flat list of token ids is one input: its length is tokens, not inputs', () => {
  assert.deepEqual(problemsOf(embeddings(ids(8192))), []);
  const [problem] = problemsOf(embeddings(ids(8193)));
  assert.equal(problem?.[0], 'error tokens.context row');
  const [many] = problemsOf(embeddings(new Array(2049).fill('a')));
  assert.deepEqual(many?.slice(0, 2), ['error body.range row', 'input must have at most 2,048 items.']);
});

test('all inputs of a request together', () => {
  const list = new Array<number[]>(37).fill(ids(8192));
  assert.deepEqual(problemsOf(embeddings(list.slice(1))), [], '294,912 tokens');
  assert.deepEqual(
    problemsOf(embeddings(list)).map((problem) => problem.slice(0, 2)),
    [
      [
        'error tokens.context row',
        'input has 303,104 tokens; one request takes 300,000 over all its inputs. Split it.',
      ],
    ],
  );
});

test('texts are counted on a slower lane: with the line nothing is said of their length', () => {
  assert.deepEqual(problemsOf(embeddings(['a', ' '.repeat(8192 * 129)])), []);
});

test('the limits are those of OpenAI’s own models; of others nothing is known', () => {
  const codes = problemsOf(embeddings([ids(9000)], { model: 'my-embedder', dimensions: 9000 })).map(
    ([code]) => code,
  );
  assert.deepEqual(codes, ['info model.unknown row']);
});

test('at most fifty inputs that are too long are listed', () => {
  assert.equal(problemsOf(embeddings(new Array(60).fill(ids(8193)))).length, 51, 'and the sum');
});

test('dimensions', () => {
  const codesOf = (model: string, dimensions: unknown): unknown[] =>
    problemsOf(embeddings('a', { model, dimensions })).map(([code]) => code);
  assert.deepEqual(codesOf('text-embedding-3-small', 1536), []);
  assert.deepEqual(codesOf('text-embedding-3-small', 1537), ['error body.range row']);
  assert.deepEqual(codesOf('text-embedding-3-large', 3072), []);
  assert.deepEqual(codesOf('text-embedding-3-large', 3073), ['error body.range row']);
  assert.deepEqual(codesOf('text-embedding-ada-002', 1536), ['warning model.parameter row']);
});

test('inputs are counted over the whole file, and the first line beyond the limit is shown', () => {
  const line = embeddings(new Array(2048).fill('a'));
  const lines = Array.from({ length: 25 }, (_, i) => line.replace('"a"', `"${i}"`));
  lines[20] = embeddings('one').replace('"a"', '"20"');
  assert.deepEqual(problemsOf(...lines), [], '49,153');
  lines[20] = line.replace('"a"', '"20"');
  const [problem, ...others] = problemsOf(...lines);
  assert.deepEqual(others, []);
  assert.deepEqual(problem, [
    'error tokens.embedding-inputs file',
    '51,200 embedding inputs; OpenAI takes 50,000 in one batch, over all its lines. Split the file before this line.',
    '["a","a","a"',
    '25',
  ]);
});

test('what counts as an input', () => {
  const count = (text: string): number => checkLine(text, 1, options).embeddingInputs;
  const cases: readonly (readonly [unknown, number])[] = [
    ['a', 1],
    [[1, 2, 3], 1],
    [['a', 'b'], 2],
    [[[1], [2], [3]], 3],
    [[], 0],
    [null, 0],
    [{}, 0],
  ];
  for (const [input, expected] of cases)
    assert.equal(count(embeddings(input)), expected, JSON.stringify(input));
  assert.equal(
    count(requestTo('/v1/moderations', { model: 'omni-moderation-latest', input: ['a', 'b'] })),
    0,
  );
  for (const text of ['', '[', '{}', '{"url":"/v1/embeddings"}', '{"url":"/v1/embeddings","body":[]}']) {
    assert.equal(count(text), 0, text);
  }
});

test('the sum of inputs is exact after any edits', () => {
  const facts = fc
    .nat(30_000)
    .map((embeddingInputs): LineFacts => ({ ...unchecked, kind: 'request', embeddingInputs }));
  const edit = fc.record({ at: fc.nat(9), remove: fc.nat(3), insert: fc.array(facts, { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 9 }), fc.array(edit, { maxLength: 9 }), (start, edits) => {
      let lines = [...start];
      const file = fileOf(lines);
      for (const { at, remove, insert } of edits) {
        const from = Math.min(at, lines.length);
        const count = Math.min(remove, lines.length - from);
        lines = [...lines.slice(0, from), ...insert, ...lines.slice(from + count)];
        file.splice(from, count, insert);
      }
      assert.deepEqual(reportOf(file), reportOf(fileOf(lines)));
    }),
    { seed: 7, numRuns: 300 },
  );
});
