// The language server as an editor sees it: first problems of a file that is opened, and problems after a keystroke.

import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { BatchFile, checkLine, type FileReport, formatCount } from '#core';
import { checking } from '../checking.ts';
import { Editor } from '../server/editor.ts';
import { benchLines } from './batchFile.ts';
import { projectFile, quantile, timeMs } from './measure.ts';
import type { Row } from './row.ts';

const uri = 'file:///bench/editing.jsonl';
/** So many that the first ones, whose code is cold, and collections of garbage are counted as often as they come. */
const edits = 1000;
const hovers = 100;
const file = { seed: 3, requests: 17_500, systemCharacters: 500, faultEvery: 2000 };

/** @param server as it ships. */
export async function measureEditing(
  server = projectFile('dist/languageServer.js'),
): Promise<readonly Row[]> {
  const lines = [...benchLines(file)];
  // So that the first lines have a problem to show.
  lines[1] = lines[1]?.slice(0, -1) ?? '';
  const text = lines.join('\n');
  const floors = [1, 2, 3].map(() => timeMs(() => text.split('\n').forEach(parseIfPossible)));
  const floorMs = quantile(floors, 0.5);
  const editor = await Editor.start({ debounceMs: 0 }, server);
  try {
    const aheadMs = await measureBeginning(editor, lines);
    const { firstMs, hoverFirstMs, checkedMs, countedMs } = await measureOpening(editor, lines, text);
    const hoverMs = await measureHovers(editor, lines.length);
    const perEdit = await measureEdits(editor, lines);
    const size = `${(Buffer.byteLength(text) / 1e6).toFixed(0)} MB, ${formatCount(file.requests)} lines`;
    const row = (what: string, ms: number, note: string, atMost?: number): Row => ({
      what: `${what} (${size})`,
      ms,
      against: [{ what: 'floor', ratio: ms / floorMs }],
      note,
      ...(atMost === undefined ? {} : { atMost }),
    });
    return [
      row('split + JSON.parse of the open text', floorMs, 'the floor of this part'),
      row('server: opened to first problems', aheadMs, 'as in VS Code: the first lines go ahead', 150),
      row('server: first bytes to first problems', firstMs, 'any editor, over standard input', 150),
      row('server: opened to all problems', checkedMs, 'the first check is over'),
      row('server: opened to all counted', countedMs, 'checked, all tokens counted, totals sent'),
      row('server: hover during the first check', hoverFirstMs, 'asked for as soon as all bytes are sent'),
      row('server: hover', hoverMs, `the middle of ${hovers}`),
      row(
        'server: edit to problems, median',
        quantile(perEdit, 0.5),
        `${formatCount(edits)} edits, debounce 0`,
      ),
      row(
        'server: edit to problems, p99',
        quantile(perEdit, 0.99),
        `the slowest ${quantile(perEdit, 1).toFixed(1)} ms`,
        5,
      ),
    ];
  } finally {
    await editor.stop();
  }
}

/** Before anything is warm. */
async function measureBeginning(editor: Editor, lines: readonly string[]): Promise<number> {
  const beginning = `${uri}.beginning.jsonl`;
  const startedMs = performance.now();
  await editor.begin(beginning, `${lines.slice(0, 25).join('\n')}\n`);
  await editor.shows(beginning, (problems) => problems.length > 0);
  return performance.now() - startedMs;
}

interface Opening {
  readonly firstMs: number;
  readonly hoverFirstMs: number;
  readonly checkedMs: number;
  readonly countedMs: number;
}

async function measureOpening(editor: Editor, lines: readonly string[], text: string): Promise<Opening> {
  const fresh = freshCounts(lines);
  const expected = Object.values(fresh).reduce((sum, count) => sum + count, 0);
  const startedMs = performance.now();
  const sentBefore = editor.sentBytes;
  const sent = editor.open(uri, text);
  // What the editor takes to write the document down is its own.
  while (editor.sentBytes === sentBefore) await setImmediate();
  const begunMs = performance.now();
  await editor.shows(uri, (problems) => problems.length > 0);
  const firstMs = performance.now() - begunMs;
  await sent;
  const askedMs = performance.now();
  const hover = editor.hover(uri, 0, 18).then(() => {
    assert.ok(
      editor.published.every(({ diagnostics }) => diagnostics.length < expected),
      'too late',
    );
    return performance.now() - askedMs;
  });
  await editor.shows(uri, (problems) => problems.length === expected);
  const checkedMs = performance.now() - startedMs;
  assert.deepEqual((await editor.totals(uri)).counts, fresh);
  return { firstMs, hoverFirstMs: await hover, checkedMs, countedMs: performance.now() - startedMs };
}

async function measureHovers(editor: Editor, lineCount: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < hovers; index++) {
    const startedMs = performance.now();
    await editor.hover(uri, (index * 7919) % lineCount, 18);
    times.push(performance.now() - startedMs);
  }
  return quantile(times, 0.5);
}

/** Afterwards everything must be as in a document that was never edited. */
async function measureEdits(editor: Editor, lines: string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < edits; index++) {
    const line = (index * 7919) % lines.length;
    const startedMs = performance.now();
    const version = await editor.edit(uri, 'x', [line, 16, line, 16]);
    await editor.problems(uri, version);
    times.push(performance.now() - startedMs);
    lines[line] = `${lines[line]?.slice(0, 16)}x${lines[line]?.slice(16)}`;
  }
  const edited = await editor.totals(uri);
  const fresh = `${uri}.fresh.jsonl`;
  await editor.open(fresh, lines.join('\n'));
  const totals = await editor.totals(fresh);
  assert.deepEqual({ ...edited, uri: fresh, version: 1 }, totals);
  assert.deepEqual(edited.counts, freshCounts(lines));
  return times;
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
