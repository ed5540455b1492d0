// Do edits by a client's positions, which also count a lone CR as the end of a line, give the text that LSP says they give?

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Position, Range } from 'vscode-languageserver/node';
import { checkLine } from '#core';
import { type DocumentLine, LineDocument } from '../../server/lineDocument.ts';
import { checking } from '../checking.ts';

/** LSP's own words: a line ends at \n, \r\n or \r; a position behind the end of its line is that end. */
function offsetOf(text: string, { line, character }: Position): number {
  const lines = [...text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)];
  const found = lines[line];
  // A text that ends with the end of a line has one more, empty one, which the expression finds too.
  if (found === undefined) return text.length;
  return found.index + Math.min(character, found[1]?.length ?? 0);
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

function textOf(document: LineDocument): string {
  return document.lines.map(({ text, end }) => text + end).join('');
}

/** Which slots lines have follows from the edits. */
function withoutSlots(lines: readonly DocumentLine[]): readonly object[] {
  return lines.map((line) => ({ ...line, slot: 0 }));
}

const pieces = fc
  .array(fc.constantFrom('\r', '\n', '\r\n', 'a', 'b', '{}', '\u2028', '\u0085', '😀'), { maxLength: 12 })
  .map((parts) => parts.join(''));
const position = fc.record({ line: fc.nat(14), character: fc.nat(6) });

const anEdit = fc.oneof(
  { weight: 9, arbitrary: fc.record({ from: position, to: position, text: pieces }) },
  { weight: 1, arbitrary: fc.record({ text: pieces }) },
);

function ordered(text: string, one: Position, other: Position): Range {
  return offsetOf(text, one) <= offsetOf(text, other)
    ? { start: one, end: other }
    : { start: other, end: one };
}

test('random edits give the text of a plain implementation, and the document equals a fresh one', () => {
  fc.assert(
    fc.property(pieces, fc.array(anEdit, { maxLength: 8 }), (start, edits) => {
      let text = start;
      const document = new LineDocument('untitled:x', 0, text);
      for (const [version, edit] of edits.entries()) {
        if ('from' in edit) {
          const range = ordered(text, edit.from, edit.to);
          document.apply([{ range, text: edit.text }], version);
          text =
            text.slice(0, offsetOf(text, range.start)) + edit.text + text.slice(offsetOf(text, range.end));
        } else {
          document.apply([{ text: edit.text }], version);
          text = edit.text;
        }
        assert.equal(textOf(document), text);
      }
      const fresh = new LineDocument('untitled:x', 0, text);
      assert.deepEqual(withoutSlots(document.lines), withoutSlots(fresh.lines));
      assert.deepEqual(document.toClient(document.lines.length, 0), fresh.toClient(fresh.lines.length, 0));
      assert.equal(document.file.lineCount, fresh.file.lineCount);
    }),
    { numRuns: 2000, seed: 20261121 },
  );
});

test('places go to the client and come back', () => {
  fc.assert(
    fc.property(pieces, (text) => {
      const document = new LineDocument('untitled:x', 0, text);
      let offset = 0;
      for (const [line, { text: ofLine, end }] of document.lines.entries()) {
        for (let column = 0; column <= ofLine.length; column++) {
          const position = document.toClient(line, column);
          // Between a CR that is a character and the CR LF that ends the line, as anywhere else.
          assert.deepEqual(position, positionAt(text.slice(0, offset + column), offset + column));
          assert.deepEqual(document.fromClient(position), { line, column });
        }
        offset += ofLine.length + end.length;
      }
    }),
    { numRuns: 2000, seed: 20261121 },
  );
});

test('a range whose ends are the wrong way round is the range between them', () => {
  const document = new LineDocument('untitled:x', 0, 'ab\ncd\nef\ngh');
  const [start, end] = [
    { line: 2, character: 1 },
    { line: 0, character: 1 },
  ];
  document.apply([{ range: { start, end }, text: '-' }], 1);
  assert.equal(textOf(document), 'a-f\ngh');
  assert.equal(document.file.lineCount, 2);
  document.apply(
    [{ range: { start: { line: 1, character: 2 }, end: { line: 1, character: 0 } }, text: 'x' }],
    2,
  );
  assert.equal(textOf(document), 'a-f\nx');
});

test('lines end at LF only, and their size is that on disk', () => {
  for (const text of [
    '',
    'a',
    'a\n',
    'a\r\nb\r\n',
    'a\rb\nc',
    'a\r\r\nb',
    '😀\r\n',
    '\r',
    '\n\r',
    'a\u2028b\r\n',
  ]) {
    const document = new LineDocument('untitled:x', 0, text);
    assert.deepEqual(
      document.lines.map((line) => line.text),
      text.split('\n').map((line, index, all) => (index < all.length - 1 ? line.replace(/\r$/, '') : line)),
    );
    for (const [index, { text: line }] of document.lines.entries()) {
      document.file.splice(index, 1, [checkLine(line, Buffer.byteLength(line), checking)]);
    }
    const { lineEndBytes } = document;
    const report = document.file.report({
      dialect: checking.dialect,
      maxProblems: 0,
      severity: {},
      textOf: () => '',
      lineEndBytes,
    });
    assert.equal(report.sizeBytes, Buffer.byteLength(text), JSON.stringify(text));
  }
});

test('without a lone carriage return a position stays what it is', () => {
  const document = new LineDocument('untitled:x', 0, 'ab\r\ncd\nef');
  assert.deepEqual(document.toClient(1, 2), { line: 1, character: 2 });
  assert.deepEqual(document.fromClient({ line: 0, character: 9 }), { line: 0, column: 2 });
  assert.deepEqual(document.fromClient({ line: 99, character: 9 }), { line: 2, column: 2 });
  assert.deepEqual(document.toClient(3, 0), { line: 2, character: 2 }, 'behind the last line is the end');
});

test('a change of many parts in a text of carriage returns', () => {
  const document = new LineDocument('untitled:x', 0, '{}\r'.repeat(20_000));
  assert.equal(document.lines.length, 1);
  const changes = Array.from({ length: 50 }, (_, index) => {
    const at = { line: index * 400, character: 0 };
    return { range: { start: at, end: at }, text: ' ' };
  });
  document.apply(changes, 1);
  assert.equal(document.textOf(0).match(/ \{\}/g)?.length, 50);
});
