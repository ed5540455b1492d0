// What the bytes of a file say and its decoded text hides: the encoding, invalid bytes, carriage returns alone.
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodingFindings, readByteFacts, WorkerPool } from '#files';
import { encodingOfHead } from '../../files/encoding.ts';
import { findInvalidBytes } from '../../files/invalidBytes.ts';
import { folderFor, requestLine } from './batchFixture.ts';

const both = `${requestLine('a')}\n${requestLine('b')}\n`;

test('the encoding is known by its mark, and UTF-16 by its zeros', () => {
  const wide = Buffer.from(both, 'utf16le');
  const big = Buffer.from(wide).swap16();
  for (const [bytes, encoding, hasMark] of [
    [Buffer.from(both), 'utf-8', false],
    [Buffer.from(`\ufeff${both}`), 'utf-8-bom', true],
    [Buffer.from(`\ufeff${both}`, 'utf16le'), 'utf-16le', true],
    [Buffer.from(`\ufeff${both}`, 'utf16le').swap16(), 'utf-16be', true],
    [wide, 'utf-16le', false],
    [big, 'utf-16be', false],
    [Buffer.from([0xff, 0xfe, 0, 0]), 'utf-32', true],
    [Buffer.from([0, 0, 0xfe, 0xff]), 'utf-32', true],
    [Buffer.alloc(100), 'utf-8', false],
    [Buffer.from('\0a'), 'utf-8', false],
    [Buffer.from([0xff]), 'utf-8', false],
    [Buffer.alloc(0), 'utf-8', false],
  ] as const) {
    assert.deepEqual(encodingOfHead(bytes), { encoding, hasMark }, bytes.toString('hex', 0, 8));
  }
});

test('facts of a clean file, and of one with everything', async (t) => {
  const folder = folderFor(t);
  const clean = await readByteFacts(folder.raw('clean.jsonl', both.replaceAll('\n', '\r\n')));
  assert.deepEqual(clean, {
    encoding: 'utf-8',
    hasMark: false,
    invalidLines: [],
    invalidLineCount: 0,
    loneCrLines: [],
    loneCrLineCount: 0,
  });
  assert.deepEqual(encodingFindings(clean), []);
  const bytes = Buffer.concat([
    Buffer.from(`\ufeff${requestLine('a', 'x')}`),
    Buffer.from([0xe9]),
    Buffer.from(`\n${requestLine('b')}\r${requestLine('c')}\n`),
    Buffer.from([0x22, 0x63, 0x61, 0x66, 0xe9, 0x22, 0x0a]),
  ]);
  const facts = await readByteFacts(folder.raw('all.jsonl', bytes));
  const at = requestLine('a', 'x').length;
  assert.deepEqual(facts.encoding, 'utf-8-bom');
  assert.deepEqual(facts.loneCrLines, [1]);
  assert.deepEqual(facts.invalidLines, [
    // Nothing but the mark in front of it is beyond ASCII, and the mark is UTF-8.
    { line: 0, column: at, offset: at + 3, isWindows1252: false },
    { line: 2, column: 4, offset: bytes.length - 3, isWindows1252: true },
  ]);
  assert.deepEqual(
    encodingFindings(facts).map(({ line, finding }) => [
      line,
      finding.code,
      finding.fixes?.map((fix) => [fix.change.kind, fix.safe]),
    ]),
    [
      [0, 'file.bom', [['reencode', true]]],
      [0, 'file.encoding', []],
      [1, 'file.encoding', [['reencode', true]]],
      [2, 'file.encoding', [['reencode', false]]],
    ],
  );
});

test('of a UTF-16 file one thing is said; without a mark it is not mended unasked', async (t) => {
  const folder = folderFor(t);
  for (const [text, safe] of [
    [`\ufeff${both}`, true],
    [both, false],
  ] as const) {
    const facts = await readByteFacts(folder.raw('x.jsonl', Buffer.from(text, 'utf16le')));
    const findings = encodingFindings(facts);
    assert.deepEqual(
      findings.map(({ line, finding }) => [line, finding.code, finding.fixes?.[0]?.safe]),
      [[0, 'file.encoding', safe]],
    );
  }
});

test('at most a thousand lines are listed, all are counted; a worker says the same', async (t) => {
  const path = folderFor(t).raw('x.jsonl', Buffer.from('"\u00e9"\n'.repeat(3000), 'latin1'));
  const facts = await readByteFacts(path);
  assert.equal(facts.invalidLineCount, 3000);
  assert.equal(facts.invalidLines.length, 1000);
  const pool = new WorkerPool({ size: 1 });
  try {
    assert.deepEqual(await pool.run('bytes', path), facts);
  } finally {
    await pool.dispose();
  }
});

test('a file that is not there, or ends early, is one sentence', async (t) => {
  const folder = folderFor(t);
  await assert.rejects(readByteFacts(join(folder.path, 'none.jsonl')), /There is no file/);
  await assert.rejects(readByteFacts(folder.path), /is a folder; name a file in it/);
  const aborted = AbortSignal.abort();
  writeFileSync(join(folder.path, 'x.jsonl'), both);
  await assert.rejects(readByteFacts(join(folder.path, 'x.jsonl'), { signal: aborted }), {
    name: 'AbortError',
  });
});

test('what was written as Windows-1252 is told from what was cut, and from other alphabets', () => {
  const is1252 = (bytes: Uint8Array): boolean | undefined => findInvalidBytes(bytes)?.isWindows1252;
  for (const text of ['café', '«naïve»', 'Straße, Müller', '5 £', 'São Paulo, coração', '¿Qué?']) {
    assert.equal(is1252(Buffer.from(text, 'latin1')), true, text);
  }
  assert.equal(is1252(Buffer.from([0x93, 0x48, 0x69, 0x94])), true);
  for (const [what, bytes] of [
    ['Russian in Windows-1251', [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]],
    ['Japanese in Shift JIS', [0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea]],
    ['Chinese in GBK', [0xc4, 0xe3, 0xba, 0xc3]],
    ['a euro sign that was cut', [0x35, 0xe2, 0x82, 0x20]],
    ['Latin-1 beside UTF-8', [0xc3, 0xa9, 0x20, 0xe9, 0x20]],
    ['a byte that Windows-1252 does not use', [0x41, 0x81, 0x42]],
    ['binary', [0x00, 0xe9, 0x01]],
  ] as const) {
    assert.equal(is1252(Uint8Array.from(bytes)), false, what);
  }
});

test('property: the first invalid byte is where the decoder puts its first replacement character', () => {
  const parts = fc.oneof(
    fc.constantFrom('a', 'é', '€', '😀', '\ufffd').map((text) => [...Buffer.from(text)]),
    fc.constantFrom(
      [0xe9],
      [0xc3],
      [0xe2, 0x82],
      [0xf0, 0x9f, 0x98],
      [0xed, 0xa0, 0x80],
      [0xc0, 0x80],
      [0xf5],
      [0x80],
    ),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (all) => {
      const bytes = Uint8Array.from(all.flat());
      const found = findInvalidBytes(bytes);
      if (isUtf8(bytes)) return assert.equal(found, null);
      assert.ok(found !== null);
      assert.ok(isUtf8(bytes.subarray(0, found.byteInLine)));
      const text = Buffer.from(bytes).toString('utf8');
      assert.equal(text[found.column], '\ufffd');
      assert.equal(Buffer.from(text.slice(0, found.column)).length, found.byteInLine);
    }),
    { seed: 20261121, numRuns: 2000 },
  );
});
