// The language server as an editor sees it: first problems of a file that is opened, and problems after a keystroke.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { BatchFile, checkLine, type FileReport, formatCount } from '#core';
import { checking } from '../checking.ts';
import { Editor } from '../server/editor.ts';
import { benchLines } from './batchFile.ts';
import { projectFile, quantile, timeMs } from './measure.ts';
import type { Row } from './table.ts';

const uri = 'file:///bench/editing.jsonl';
const edits = 300;

export async function measureEditing(): Promise<readonly Row[]> {
  const file = { seed: 3, requests: 20_000, systemCharacters: 500, faultEvery: 2000 };
  const lines = [...benchLines(file)];
  const text = lines.join('\n');
  const megabytes = Buffer.byteLength(text) / 1e6;
  const floorMs = quantile(
    [1, 2, 3].map(() => timeMs(() => text.split('\n').forEach(parseIfPossible))),
    0.5,
  );
  const fresh = freshCounts(lines);
  const expected = Object.values(fresh).reduce((sum, count) => sum + count, 0);
  const editor = await Editor.start({ debounceMs: 0 }, projectFile('dist/languageServer.js'));
  try {
    let startedMs = performance.now();
    await editor.open(uri, text);
    await editor.problems(uri);
    const firstMs = performance.now() - startedMs;
    while (!editor.published.some(({ diagnostics }) => diagnostics.length === expected)) {
      assert.ok(performance.now() - startedMs < 60_000, 'the first check does not end');
      await setTimeout(1);
    }
    const checkedMs = performance.now() - startedMs;
    const whole = await editor.totals(uri);
    const wholeMs = performance.now() - startedMs;
    assert.deepEqual(whole.counts, fresh);
    const perEdit: number[] = [];
    for (let index = 0; index < edits; index++) {
      const line = (index * 7919) % lines.length;
      startedMs = performance.now();
      const version = await editor.edit(uri, 'x', [line, 16, line, 16]);
      await editor.problems(uri, version);
      perEdit.push(performance.now() - startedMs);
      lines[line] = `${lines[line]?.slice(0, 16)}x${lines[line]?.slice(16)}`;
    }
    assert.deepEqual((await editor.totals(uri)).counts, freshCounts(lines));
    const size = `${megabytes.toFixed(0)} MB, ${formatCount(file.requests)} lines`;
    const row = (what: string, ms: number, note: string): Row => ({
      what: `${what} (${size})`,
      ms,
      against: [{ what: 'floor', ratio: ms / floorMs }],
      note,
    });
    return [
      row('split + JSON.parse of the open text', floorMs, 'the floor of this part'),
      row('server: opened to first problems', firstMs, 'over standard input and output'),
      row('server: opened to all problems', checkedMs, 'the first check is over'),
      row('server: opened to all counted', wholeMs, 'checked, all tokens counted, totals sent'),
      row('server: edit to problems, median', quantile(perEdit, 0.5), `${edits} edits, debounce 0`),
      row('server: edit to problems, p99', quantile(perEdit, 0.99), ''),
    ];
  } finally {
    await editor.stop();
  }
}

function parseIfPossible(line: string): void {
  try {
    JSON.parse(line);
  } catch {}
}

/** What a file checked from scratch has. */
function freshCounts(lines: readonly string[]): FileReport['counts'] {
  const file = new BatchFile();
  for (const line of lines) file.push(checkLine(line, Buffer.byteLength(line), checking));
  return file.report({ dialect: checking.dialect, maxProblems: 0, severity: {}, textOf: () => '' }).counts;
}
