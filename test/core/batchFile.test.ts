import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BatchFile, checkLine, type FileReport, unchecked } from '#core';
import { checking } from '../checking.ts';
import { workedMs } from '../cpuTime.ts';

const options = checking;

function check(text: string): ReturnType<typeof checkLine> {
  return checkLine(text, Buffer.byteLength(text), options);
}

function reportOf(file: BatchFile, lines: readonly string[], maxProblems = 1000): FileReport {
  return file.report({
    dialect: checking.dialect,
    maxProblems,
    severity: {},
    textOf: (line) => lines[line] ?? '',
  });
}

function fresh(lines: readonly string[]): FileReport {
  const file = new BatchFile();
  file.splice(0, 0, lines.map(check));
  return reportOf(file, lines);
}

const line = fc.oneof(
  fc
    .record({
      id: fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'),
      url: fc.constantFrom('/v1/chat/completions', '/v1/responses', '/v1/nowhere'),
      model: fc.constantFrom('gpt-6-luna', 'gpt-6-sol', 'gpt-3.5-turbo'),
    })
    .map(({ id, url, model }) =>
      JSON.stringify({
        custom_id: id,
        method: 'POST',
        url,
        body: { model, messages: [{ role: 'user', content: 'x' }] },
      }),
    ),
  fc.constantFrom(
    '',
    '   ',
    '{',
    '[',
    '  "custom_id": "a",',
    '{"custom_id":"a"',
    '{"custom_id":"a"}',
    'null',
  ),
);

test('after any edits the incremental model equals a fresh one', () => {
  const edit = fc.record({ at: fc.nat(30), remove: fc.nat(4), insert: fc.array(line, { maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(edit, { maxLength: 12 }), (start, edits) => {
      let lines = [...start];
      const file = new BatchFile();
      file.splice(0, 0, lines.map(check));
      for (const { at, remove, insert } of edits) {
        const from = Math.min(at, lines.length);
        const count = Math.min(remove, lines.length - from);
        lines = [...lines.slice(0, from), ...insert, ...lines.slice(from + count)];
        file.splice(from, count, new Array(insert.length).fill(unchecked));
        for (let i = from; i < from + insert.length; i++) file.splice(i, 1, [check(lines[i] ?? '')]);
      }
      assert.deepEqual(reportOf(file, lines), fresh(lines));
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('each of many equal ids is a problem related to the first of the others, and one more costs no more', () => {
  const text =
    '{"custom_id":"same","method":"POST","url":"/v1/moderations","body":{"model":"a-model","input":"Hi"}}';
  const lines = new Array<string>(100_000).fill(text);
  const file = new BatchFile();
  const facts = check(text);
  file.splice(0, 0, new Array(lines.length).fill(facts));
  const report = reportOf(file, lines, 5);
  assert.equal(report.counts.error, 100_001, 'the ids, and too many requests');
  assert.equal(report.truncated, true);
  assert.equal(report.problems.length, 5);
  assert.deepEqual(
    report.problems.slice(0, 3).map((problem) => [problem.line, problem.code, problem.related[0]?.line]),
    [
      [0, 'id.duplicate', 1],
      [1, 'id.duplicate', 0],
      [2, 'id.duplicate', 0],
    ],
  );
});

test('a changed severity counts as changed; off is gone', () => {
  const file = new BatchFile();
  const lines = [
    '{"custom_id":"a","method":"post","url":"/v1/embeddings","body":{"model":"text-embedding-3-small","input":"a"}}',
  ];
  file.splice(0, 0, lines.map(check));
  const counts = (severity: 'off' | 'hint'): FileReport['counts'] =>
    file.report({
      dialect: checking.dialect,
      maxProblems: 10,
      severity: { 'request.method': severity },
      textOf: () => lines[0] ?? '',
    }).counts;
  assert.deepEqual(counts('off'), { error: 0, warning: 0, info: 0, hint: 0 });
  assert.deepEqual(counts('hint'), { error: 0, warning: 0, info: 0, hint: 1 });
});

test('a problem of the whole file is listed however many the lines have', () => {
  const lines = Array.from({ length: 50_001 }, () => '{"custom_id":"a"}');
  const file = new BatchFile();
  file.splice(0, 0, new Array(lines.length).fill(check('{"custom_id":"a"}')));
  const codes = reportOf(file, lines, 3).problems.map((problem) => problem.code);
  assert.ok(codes.includes('file.too-many-requests'), codes.join());
});

test('the lines of pretty-printed objects are not counted as requests', () => {
  const lines = ['{', ...new Array<string>(50_000).fill('  "custom_id": "a",'), '}'];
  const file = new BatchFile();
  for (const line of lines) file.push(check(line));
  const report = reportOf(file, lines);
  assert.deepEqual(
    report.problems.map((problem) => problem.code),
    ['json.multiline'],
  );
  assert.equal(report.requests, 0);
});

test('an empty model is one problem, and no model to differ from', () => {
  const request = (model: string): string =>
    `{"custom_id":"${model}-","method":"POST","url":"/v1/responses","body":{"model":"${model}","input":"x"}}`;
  const { problems, models } = fresh([request('gpt-6-luna'), request('')]);
  assert.deepEqual(
    problems.map((problem) => [problem.line, problem.code]),
    [[1, 'body.range']],
  );
  assert.deepEqual(models, ['gpt-6-luna']);
});

test('hostile lines are checked and placed in linear time', () => {
  const request = (body: string, url: string, more = ''): string =>
    `{"custom_id":"a","method":"POST","url":"${url}","body":${body}${more}}`;
  const ok = '{"model":"gpt-6-luna","input":"x"}';
  const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 50_000 }, (_, i) => make(i));
  const cases: readonly (readonly [string, string])[] = [
    ['request.url', request(ok, `${'/'.repeat(100_000)}x`)],
    ['request.unknown-field', request(ok, '/v1/responses', many((i) => `,"k${i}":1`).join(''))],
    [
      'body.value',
      request(`{"model":"gpt-6-luna","input":[${many(() => '{"type":"x"}')}]}`, '/v1/responses'),
    ],
  ];
  for (const [code, text] of cases) {
    const startedMs = workedMs();
    const { problems } = fresh([text]);
    assert.equal(problems[0]?.code, code);
    // A quarter of a second where it is linear, seven seconds and more where it was not.
    assert.ok(workedMs() - startedMs < 3000, code);
  }
});
