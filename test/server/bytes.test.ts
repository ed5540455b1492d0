// Does the editor say what only the bytes on disk tell, and stop saying it when it no longer holds?
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { requestLine } from '../files/batchFixture.ts';
import { Editor } from './editor.ts';

let editor: Editor;
let folder: string;
before(async () => {
  editor = await Editor.start();
  folder = await mkdtemp(join(tmpdir(), 'llm-batch-bytes-'));
});
after(async () => {
  assert.equal(await editor.stop(), 0);
  await rm(folder, { recursive: true });
});

let files = 0;

interface Opened {
  readonly uri: string;
  readonly path: string;
}

/** Writes bytes and opens the text that an editor makes of them. */
async function open(t: TestContext, bytes: Uint8Array, text: string): Promise<Opened> {
  const path = join(folder, `${files++}.jsonl`);
  await writeFile(path, bytes);
  const uri = pathToFileURL(path).href;
  await editor.open(uri, text);
  t.after(() => editor.close(uri));
  return { uri, path };
}

/** Waits until the problems on show are these: line and code, in that order. */
async function shows(uri: string, wanted: readonly string[]): Promise<void> {
  let last: readonly string[] = [];
  await editor
    .shows(uri, (problems) => {
      last = problems.map(({ range, code }) => `${range.start.line}:${range.start.character} ${code}`);
      return last.join('\n') === wanted.join('\n');
    })
    .catch(() => assert.deepEqual(last, wanted));
}

const two = `${requestLine('a')}\n${requestLine('b')}\n`;

test('a byte order mark is said until the file is saved without one', async (t) => {
  const { uri, path } = await open(t, Buffer.from(`\ufeff${two}`), two);
  await shows(uri, ['0:0 file.bom']);
  const version = await editor.edit(uri, ' ', [0, 0, 0, 0]);
  assert.equal((await editor.problems(uri, version)).length, 1, 'an edit does not take the mark away');
  await editor.saved(uri);
  await shows(uri, ['0:0 file.bom']);
  await writeFile(path, ` ${two}`);
  await editor.saved(uri);
  await shows(uri, []);
});

test('UTF-16 is said of both orders', async (t) => {
  const bytes = Buffer.from(`\ufeff${two}`, 'utf16le');
  const { uri } = await open(t, bytes, two);
  await shows(uri, ['0:0 file.encoding']);
  const other = await open(t, Buffer.from(bytes).swap16(), two);
  await shows(other.uri, ['0:0 file.encoding']);
});

test('invalid bytes are shown in their place, and go with the edit of their line', async (t) => {
  const line = requestLine('c', 'caf\u00e9');
  const bytes = Buffer.concat([Buffer.from(two), Buffer.from(`${line}\n`, 'latin1')]);
  const { uri } = await open(t, bytes, bytes.toString('utf8'));
  const place = `2:${line.indexOf('\u00e9')} file.encoding`;
  await shows(uri, [place]);
  await editor.edit(uri, 'x', [0, 14, 0, 14]);
  await editor.edit(uri, '\n', [0, 0, 0, 0]);
  await shows(uri, ['0:0 line.blank', place.replace('2:', '3:')].reverse());
  await editor.edit(uri, 'e', [3, line.indexOf('\u00e9'), 3, line.indexOf('\u00e9') + 1]);
  await shows(uri, ['0:0 line.blank']);
});

test('carriage returns alone: in an editor that keeps them and in one that makes them line feeds', async (t) => {
  const cr = `${requestLine('a')}\r${requestLine('b')}\n${requestLine('b')}\n`;
  const kept = await open(t, Buffer.from(cr), cr);
  await shows(kept.uri, [`0:${requestLine('a').length} file.encoding`]);
  const made = await open(t, Buffer.from(cr), cr.replaceAll('\r', '\n'));
  await shows(made.uri, ['0:0 file.encoding', '1:13 id.duplicate', '2:13 id.duplicate']);
});

test('places behind a carriage return are where the editor counts them', async (t) => {
  const text = `\r \r${requestLine('a')}\n${requestLine('a')}`;
  const uri = 'untitled:Untitled-cr';
  await editor.open(uri, text);
  t.after(() => editor.close(uri));
  await shows(uri, ['2:13 id.duplicate', '3:13 id.duplicate']);
  await editor.totals(uri);
  const hints = await editor.hints(uri, 4);
  assert.deepEqual(
    hints.map(({ position }) => position),
    [
      { line: 2, character: 16 },
      { line: 3, character: 16 },
    ],
  );
  assert.deepEqual((await editor.hover(uri, 2, 14))?.range?.start, { line: 2, character: 1 });
  assert.equal(await editor.hover(uri, 0, 0), null);
});

test('a mark that the editor kept in the text hides nothing else of the first line', async (t) => {
  const text = `\ufeff${requestLine('a')}\n${requestLine('a')}\n`;
  const { uri } = await open(t, Buffer.from(text), text);
  await shows(uri, ['0:0 file.bom', '0:14 id.duplicate', '1:13 id.duplicate']);
  assert.equal((await editor.totals(uri)).requests, 2);
  assert.equal((await editor.hints(uri, 1)).length, 2);
});

test('sizes are those on disk', async (t) => {
  const text = two.replaceAll('\n', '\r\n');
  const { uri } = await open(t, Buffer.from(text), text);
  assert.equal((await editor.totals(uri)).sizeBytes, Buffer.byteLength(text));
});

test('a file that is not there, or is a folder, is not spoken of', async () => {
  for (const path of [join(folder, 'gone.jsonl'), folder]) {
    const uri = pathToFileURL(path).href;
    await editor.open(uri, two);
    await editor.totals(uri);
    await editor.saved(uri);
    const version = await editor.edit(uri, requestLine('b'), [0, 0, 0, requestLine('a').length]);
    assert.equal(
      (await editor.problems(uri, version)).filter(({ code }) => code === 'id.duplicate').length,
      2,
    );
    await editor.close(uri);
  }
});
