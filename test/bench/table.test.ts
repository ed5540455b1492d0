// Does the bench say what is met and what has moved, and does the table land in the page?
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readLastTable, thisTable, whatMoved, writeLastTable } from './lastTable.ts';
import { noiseOf } from './measure.ts';
import { writeFigures } from './performancePage.ts';
import { type Row, usualNoise, verdictOf } from './row.ts';

const machine = { node: '24', cores: 2 };
const check = (ratio: number, noise?: number): Row => ({
  what: 'check',
  ms: 100 * ratio,
  against: [{ what: 'floor', ratio, atMost: 2 }],
  note: '',
  ...(noise === undefined ? {} : { noise }),
});
const slow = (ratio: number): Row => ({
  what: 'js-tiktoken',
  ms: 9,
  against: [{ what: 'llm-batch', ratio, atLeast: 40 }],
  note: '',
});
const size = (kilobytes: number): Row => ({
  ...{ what: 'dist/cli.js', kilobytes, against: [], note: '', atMost: 120, noise: 0.01 },
});

test('a target is met, or not met, or there is none', () => {
  assert.equal(verdictOf(check(2)), 'met');
  assert.equal(verdictOf(check(2.01)), 'not met');
  assert.equal(verdictOf(slow(40)), 'met');
  assert.equal(verdictOf(slow(39)), 'not met');
  assert.equal(verdictOf(size(120)), 'met');
  assert.equal(verdictOf(size(121)), 'not met');
  assert.equal(verdictOf({ what: 'floor', ms: 1, against: [], note: '' }), 'no target');
});

test('what moved by more than noise is said, either way; what did not is not', () => {
  const last = thisTable(machine, [check(1), slow(50), size(100)]);
  assert.deepEqual(whatMoved(last, thisTable(machine, [check(1.1), slow(45), size(100)])), []);
  assert.deepEqual(whatMoved(last, thisTable(machine, [check(1.5), slow(25), size(103)])), [
    'check: 1.00 → 1.50 × floor (+50 %)',
    'js-tiktoken: 50.0 → 25.0 × llm-batch (−50 %)',
    'dist/cli.js: 100 → 103 kB (+3 %)',
  ]);
});

test('a row that goes up and down by itself moves only by more than that, then or now', () => {
  const restless = thisTable(machine, [check(1, 0.6)]);
  assert.deepEqual(whatMoved(restless, thisTable(machine, [check(1.5)])), []);
  assert.deepEqual(whatMoved(thisTable(machine, [check(1)]), thisTable(machine, [check(1.5, 0.6)])), []);
});

test('rows that come and go are named', () => {
  const moved = whatMoved(thisTable(machine, [check(1)]), thisTable(machine, [slow(50)]));
  assert.deepEqual(moved, ['js-tiktoken: new', 'check: gone']);
});

test('noise is how far the turns of one run lie apart', () => {
  assert.equal(noiseOf([10, 10, 10], [5, 5, 5]), usualNoise);
  // A slow moment that falls on both is none.
  assert.equal(noiseOf([10, 30, 10], [5, 15, 5]), usualNoise);
  assert.ok(noiseOf([10, 20, 10], [5, 5, 5]) >= 0.9);
});

test('the last table is read as it was written, and the page takes the figures between its marks', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'llm-batch-table-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [last, page] = [join(folder, 'last.json'), join(folder, 'page.md')];
  assert.equal(readLastTable(last), null);
  writeLastTable(last, thisTable(machine, [check(1.234567)]));
  assert.deepEqual(readLastTable(last), {
    machine,
    rows: { check: { noise: usualNoise, ratios: { floor: 1.23 } } },
  });
  const marks = ['<!-- figures of npm run bench -->', '<!-- end of figures -->'];
  writeFileSync(page, `before\n${marks[0]}\nold\n${marks[1]}\nafter\n`);
  const sections = [{ title: 'A whole file', rows: [check(1.5), slow(30)] }];
  writeFigures(page, machine, sections);
  const written = readFileSync(page, 'utf8');
  assert.ok(written.startsWith('before\n') && written.endsWith('\nafter\n') && !written.includes('old'));
  assert.ok(written.includes('| check | 1.50 × floor | 150 ms | ≤ 2 × floor | met |  |'));
  assert.ok(written.includes('| js-tiktoken | 30.0 × llm-batch | 9.0 ms | ≥ 40 × llm-batch | not met |  |'));
  writeFigures(page, machine, sections);
  assert.equal(readFileSync(page, 'utf8'), written);
  writeFileSync(page, 'no marks');
  assert.throws(() => writeFigures(page, machine, sections), /no place/);
});
