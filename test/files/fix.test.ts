// Files mended on disk: the same as in memory, and written whole or not at all.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkFile, type FixReport, type FixRequest, fixFile, WorkerPool } from '#files';
import { fileChecking } from '../checking.ts';
import { fixed } from '../core/fixing.ts';
import { folderFor, requestLine } from './batchFixture.ts';

async function fix(path: string, more: Partial<FixRequest> = {}): Promise<FixReport> {
  const request: FixRequest = { path, ...fileChecking, write: true, ...more };
  const report = await fixFile(request);
  assert.ok('applied' in report, JSON.stringify(report));
  return report;
}

const post = (id: unknown): string => requestLine(id);
const slipped = (id: unknown): string => requestLine(id).replace('POST', 'post');

/** Content before, and after: bytes. */
const rows: readonly (readonly [what: string, before: string | Buffer, after: string, applied: object])[] = [
  ['a file that is right', `${post('a')}\n`, `${post('a')}\n`, {}],
  [
    'CR LF stays',
    `${slipped('a')}\r\n\r\n${post('b')}\r\n`,
    `${post('a')}\r\n${post('b')}\r\n`,
    { 'request.method': 1, 'line.blank': 1 },
  ],
  [
    'a last line without an end',
    `${post('a')}\n${slipped('b')}`,
    `${post('a')}\n${post('b')}`,
    { 'request.method': 1 },
  ],
  ['a copy at the end', `${post('a')}\n${post('a')}`, `${post('a')}\n`, { 'id.duplicate': 1 }],
  ['a byte order mark', `\ufeff${post('a')}\n`, `${post('a')}\n`, { 'file.bom': 1 }],
  [
    'a mark and a slip behind it',
    `\ufeff${slipped('a')}\n`,
    `${post('a')}\n`,
    { 'file.bom': 1, 'request.method': 1 },
  ],
  [
    'UTF-16, little end first',
    Buffer.from(`\ufeff${slipped('ü')}\r\n`, 'utf16le'),
    `${post('ü')}\r\n`,
    { 'file.encoding': 1, 'request.method': 1 },
  ],
  [
    'UTF-16, big end first',
    Buffer.from(`\ufeff${post('ü')}\n`, 'utf16le').swap16(),
    `${post('ü')}\n`,
    { 'file.encoding': 1 },
  ],
  [
    'carriage returns alone',
    `${post('a')}\r${slipped('b')}\r`,
    `${post('a')}\n${post('b')}`,
    { 'file.encoding': 1, 'request.method': 1 },
  ],
  [
    'a carriage return in a string',
    `${post('a').replace('Hi', 'if(){}\r{}')}\n${post('b')}\n`,
    `${post('a').replace('Hi', 'if(){}\r{}')}\n${post('b')}\n`,
    {},
  ],
  [
    'several carriage returns between two requests',
    `${post('a')}\r\r \r${post('b')}\n${post('c')}\r\n`,
    `${post('a')}\n${post('b')}\n${post('c')}\r\n`,
    { 'file.encoding': 1 },
  ],
  [
    'an array',
    `[\n  ${post('a')},\n  ${slipped('b')}\n]\n`,
    `${post('a')}\n${post('b')}\n`,
    { 'json.array-file': 1, 'request.method': 1 },
  ],
  [
    'an array behind a mark',
    `\ufeff[${post('a')},${post('b')}]`,
    `${post('a')}\n${post('b')}\n`,
    { 'file.bom': 1, 'json.array-file': 1 },
  ],
  [
    'an array in UTF-16',
    Buffer.from(`\ufeff[${post('ü')},\n${post('b')}]`, 'utf16le'),
    `${post('ü')}\n${post('b')}\n`,
    { 'file.encoding': 1, 'json.array-file': 1 },
  ],
  [
    'objects over several lines',
    `${JSON.stringify(JSON.parse(post('a')), null, 2)}\n`.repeat(2),
    `${post('a').replaceAll(/":(?=["[{])/g, '": ')}\n`,
    { 'json.multiline': 1, 'id.duplicate': 1 },
  ],
  [
    'a file of something else',
    '{"level":"info","msg":"x"}\n\n{"level":"info"}\n',
    '{"level":"info","msg":"x"}\n\n{"level":"info"}\n',
    {},
  ],
  ['nothing at all', '', '', {}],
];

for (const [what, before, after, applied] of rows) {
  test(`on disk: ${what}`, async (t) => {
    const path = folderFor(t).raw('x.jsonl', before);
    const report = await fix(path);
    assert.equal(readFileSync(path, 'utf8'), after);
    assert.deepEqual(report.applied, applied);
    assert.equal(report.sizeBytes, Buffer.byteLength(after));
    const again = await fix(path);
    assert.deepEqual(again.applied, {}, 'a second time');
    assert.deepEqual(readdirSync(join(path, '..')), ['x.jsonl'], 'something is left behind');
  });
}

test('bytes that are not UTF-8 stay as they are, and so does their line', async (t) => {
  const broken = Buffer.from(slipped('a').replace('Hi', 'caf\u00e9 \u0081'), 'latin1');
  const before = Buffer.concat([broken, Buffer.from(`\n${slipped('a')}\n`)]);
  const path = folderFor(t).raw('x.jsonl', before);
  await fix(path);
  const expected = Buffer.concat([broken, Buffer.from(`\n${post('a-2')}\n`)]);
  assert.deepEqual(readFileSync(path), expected);
});

test('what is likely Windows-1252 is read so only when a person chose it', async (t) => {
  const before = Buffer.from(`${post('a').replace('Hi', 'caf\u00e9')}\n${post('b')}\n`, 'latin1');
  const path = folderFor(t).raw('x.jsonl', before);
  assert.deepEqual((await fix(path)).applied, {});
  assert.deepEqual(readFileSync(path), before);
  assert.deepEqual((await fix(path, { codes: ['file.encoding'], chosen: true })).applied, {
    'file.encoding': 1,
  });
  assert.equal(readFileSync(path, 'utf8'), before.toString('latin1'));
});

test('an array that is none is refused with its place, and nothing is written', async (t) => {
  const text = `[\n${slipped('a')},\n]\n`;
  const path = folderFor(t).raw('x.jsonl', text);
  const report = await fix(path);
  assert.equal(
    report.refused,
    'The requests cannot be put on lines of their own: line 3, column 1: a comma before the closing bracket is not allowed.',
  );
  assert.deepEqual(report.applied, {});
  assert.equal(readFileSync(path, 'utf8'), text);
});

test('UTF-16 that is none is refused', async (t) => {
  const bytes = Buffer.concat([Buffer.from(`\ufeff${post('a')}`, 'utf16le'), Buffer.from([0])]);
  const path = folderFor(t).raw('x.jsonl', bytes);
  assert.match((await fix(path)).refused ?? '', /looks like UTF-16 but is not/);
  assert.deepEqual(readFileSync(path), bytes);
});

test('permissions stay, a link stays a link, a file that is right is not touched', async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder.path, 'elsewhere'));
  const target = join(folder.path, 'elsewhere', 'x.jsonl');
  const link = join(folder.path, 'link.jsonl');
  writeFileSync(target, `${slipped('a')}\n`);
  chmodSync(target, 0o664);
  symlinkSync(target, link);
  await fix(link);
  assert.equal(readFileSync(target, 'utf8'), `${post('a')}\n`);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(statSync(target).mode & 0o777, 0o664);
  const { ino, mtimeMs } = statSync(target);
  await fix(link);
  assert.deepEqual([statSync(target).ino, statSync(target).mtimeMs], [ino, mtimeMs]);
});

test('a file that changes meanwhile is refused and keeps the change', async (t) => {
  const path = folderFor(t).raw('x.jsonl', `${slipped('a')}\n`.repeat(3));
  const onProgress = (): void => writeFileSync(path, `${post('z')}\n`);
  const report = await fixFile({ path, ...fileChecking, write: true }, { onProgress });
  assert.ok('kind' in report);
  assert.equal(report.kind, 'changed');
  assert.equal(readFileSync(path, 'utf8'), `${post('z')}\n`);
  assert.deepEqual(readdirSync(join(path, '..')), ['x.jsonl']);
});

test('what is no file is a failure with one sentence', async (t) => {
  const folder = folderFor(t);
  for (const path of [folder.path, join(folder.path, 'none.jsonl')]) {
    const report = await fixFile({ path, ...fileChecking, write: true });
    assert.ok('kind' in report);
    assert.match(report.message, /is a folder|There is no file/);
  }
});

const anyLine = fc.constantFrom(
  post('a'),
  post('b'),
  slipped('a'),
  slipped('ü😀'),
  requestLine('ü😀', '★ \u2028'),
  requestLine(7),
  post(''),
  post('a').replace(',"body":{', ',"body":{"stream":true,'),
  '',
  '{"custom_id":',
);
const lineEnd = fc.constantFrom('\n', '\r\n');

test('what is mended on disk is what is mended in memory, and a patch of it makes the same file', async (t) => {
  const folder = folderFor(t);
  const name = 'x y.jsonl';
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyLine, lineEnd), { maxLength: 12 }),
      fc.boolean(),
      async (lines, isEnded) => {
        const text = lines.map(([line, end]) => line + end).join('');
        const before = isEnded ? text : text.replace(/\r?\n$/, '');
        const path = folder.raw(name, before);
        const preview = await fix(path, { provider: 'openai', write: false, name });
        assert.equal(readFileSync(path, 'utf8'), before, 'a preview wrote something');
        const report = await fix(path, { provider: 'openai' });
        const after = readFileSync(path, 'utf8');
        assert.deepEqual(preview.applied, report.applied);
        assert.equal(preview.sizeBytes, report.sizeBytes);
        const inMemory = fixed(before.replaceAll('\r\n', '\n').split('\n'));
        assert.equal(after.replaceAll('\r\n', '\n').trimEnd(), inMemory.join('\n').trimEnd());
        if (preview.patch === null) return assert.equal(after, before);
        folder.raw(name, before);
        folder.raw('p.patch', preview.patch);
        execFileSync('git', ['apply', '--whitespace=nowarn', 'p.patch'], { cwd: folder.path, stdio: 'pipe' });
        assert.equal(readFileSync(path, 'utf8'), after, 'git apply made another file');
      },
    ),
    { seed: 23, numRuns: 60 },
  );
});

for (const [what, before] of [
  ['a mark', `\ufeff${slipped('a')}\n${post('b')}\n${post('c')}\n`],
  ['an array', `[\n${post('a')},\n${post('b')}]`],
  ['carriage returns', `${post('a')}\r${post('b')}\n`],
] as const) {
  test(`the patch of ${what} makes the same file`, async (t) => {
    const folder = folderFor(t);
    const path = folder.raw('x.jsonl', before);
    const { patch } = await fix(path, { write: false, name: 'x.jsonl' });
    folder.raw('p.patch', patch ?? '');
    execFileSync('git', ['apply', '--whitespace=nowarn', 'p.patch'], { cwd: folder.path, stdio: 'pipe' });
    const patched = readFileSync(path);
    folder.raw('x.jsonl', before);
    await fix(path);
    assert.deepEqual(readFileSync(path), patched);
  });
}

test('requests over more lines than a batch may have requests are put on lines of their own', async (t) => {
  const count = 40_000;
  const pretty = Array.from({ length: count }, (_, i) =>
    JSON.stringify({ ...JSON.parse(post(`r${i}`)), n: [1, 2] }, null, 1),
  );
  const path = folderFor(t).raw('x.jsonl', `[${pretty.join(',')}]`);
  assert.deepEqual((await fix(path)).applied, { 'json.array-file': 1 });
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.equal(lines.length, count + 1);
  assert.equal(JSON.parse(lines[count - 1] ?? '').custom_id, `r${count - 1}`);
});

test('a worker does it, too', async (t) => {
  const path = folderFor(t).raw('x.jsonl', `${slipped('a')}\n`);
  const pool = new WorkerPool({ size: 1 });
  t.after(() => pool.dispose());
  const report = await pool.run('fix', { path, ...fileChecking, write: true });
  assert.ok('applied' in report);
  assert.deepEqual(report.applied, { 'request.method': 1 });
});

test('after it, the check finds none of what it says it mended', async (t) => {
  const lines = [slipped('a'), post('a'), requestLine('a', 'other'), '', requestLine(7), post('')];
  const path = folderFor(t).lines('x.jsonl', lines);
  const options = { ...fileChecking, maxProblems: 100 } as const;
  const { applied } = await fix(path);
  assert.deepEqual(applied, {
    'id.duplicate': 2,
    'id.empty': 1,
    'id.type': 1,
    'line.blank': 1,
    'request.method': 1,
  });
  const { report } = await checkFile(path, options);
  assert.deepEqual(report.problems, []);
});
