// Does a file too large to be a document get the answers that it would get as one?
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { CancellationTokenSource, type Diagnostic } from 'vscode-languageserver/node';
import type { FileSummary, FoundRequests } from '#server/protocol';
import { okLine, requestLine } from '../files/batchFixture.ts';
import { Editor } from './editor.ts';

let editor: Editor;
let folder: string;
before(async () => {
  editor = await Editor.start();
  folder = await mkdtemp(join(tmpdir(), 'llm-batch-large-'));
});
after(async () => {
  assert.equal(await editor.stop(), 0);
  await rm(folder, { recursive: true });
});

let files = 0;

async function fileWith(
  content: string | Uint8Array,
): Promise<{ readonly path: string; readonly uri: string }> {
  const path = join(folder, `${files++}.jsonl`);
  await writeFile(path, content);
  return { path, uri: pathToFileURL(path).href };
}

/** Lists the file as a large one, and nothing but it. @returns its totals. */
async function large(t: TestContext, uri: string): Promise<FileSummary> {
  const from = editor.summaries.length;
  await editor.large([uri]);
  t.after(() => editor.large([]));
  return checked(uri, from);
}

/** @param from messages of before are not meant. */
async function checked(uri: string, from: number): Promise<FileSummary> {
  return editor.summary(
    uri,
    (one): one is FileSummary => one.provider !== null && /^checked from disk/.test(one.limited ?? ''),
    from,
  );
}

/** A null prototype or an absent member makes no difference to a client. */
function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

function lastProblems(uri: string): readonly Diagnostic[] {
  return editor.published.findLast((one) => one.uri === uri)?.diagnostics ?? [];
}

const cr = `\r \r${requestLine('cr')}\r${requestLine('x')}\n`;
const texts: Readonly<Record<string, string>> = {
  'shared ids and a broken line': [
    requestLine('a'),
    requestLine('b'),
    '{"custom_id":',
    requestLine('a'),
  ].join('\n'),
  'blank lines and line ends of both kinds': `${requestLine('a')}\r\n\n\n${requestLine('b')}\r\n{}\n`,
  'carriage returns alone': `${requestLine('a')}\n${cr}${requestLine('a')}\r\r\n{"custom_id":"\r"}\n${requestLine('a')}\r`,
  'characters of several units': `${requestLine('\u{1f600}', '\u4e2d\u6587')}\n${requestLine('\u{1f600}')}x\n`,
  'requests of somebody else':
    `${JSON.stringify({ key: 'a', request: { contents: [{ parts: [{ text: 'Hi' }] }] } })}\n`.repeat(2),
  'tokens that cannot be counted beside others that can': `${JSON.stringify({
    ...JSON.parse(requestLine('a')),
    body: {
      model: 'gpt-6-luna',
      messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }],
    },
  })}\n${requestLine('b')}\n`,
  'a model nobody knows': requestLine('a').replace('gpt-6-luna', 'no-such-model'),
};

for (const [name, text] of Object.entries(texts)) {
  test(`as a document and from disk alike: ${name}`, async (t) => {
    const { uri } = await fileWith(text);
    const { limited, version, ...fromDisk } = await large(t, uri);
    const problems = plain(lastProblems(uri));
    assert.ok(problems.length > 0 || fromDisk.counts.error === 0);
    await editor.open(uri, text);
    t.after(() => editor.close(uri));
    const {
      limited: _,
      version: __,
      ...ofDocument
    } = await editor.summary(
      uri,
      (one): one is FileSummary =>
        one.provider !== null && one.version === 1 && one.estimate !== null && !one.counting,
    );
    assert.deepEqual(fromDisk, ofDocument);
    await editor
      .shows(uri, (shown) => isDeepStrictEqual(plain(shown), problems))
      .catch(() => assert.deepEqual(problems, plain(lastProblems(uri))));
    assert.equal(version, null);
  });
}

const searched = `\ufeff${requestLine('caf\u00e9-1', 'First')}\r\n\n${requestLine('b', 'caf\u00e9')}\n{"custom_id":"caf\\u00e9-2", broken\n${requestLine('CAF\u00c9')}`;

test('requests are found and read alike in a document and on disk', async (t) => {
  const { uri } = await fileWith(searched);
  const queries = ['caf\u00e9', 'first', '', 'nothing', '"custom_id":"b"'];
  const ask = async (): Promise<unknown> => {
    const found: FoundRequests[] = [];
    for (const query of queries) found.push(await editor.find(uri, query, 2));
    const read = [];
    for (let line = 0; line < 7; line++) read.push(await editor.read(uri, line));
    return { found, read };
  };
  const fromDisk = await ask();
  await large(t, uri);
  assert.deepEqual(await ask(), fromDisk, 'of a file that was checked');
  // An editor shows no mark.
  await editor.open(uri, searched.slice(1));
  t.after(() => editor.close(uri));
  assert.deepEqual(await ask(), fromDisk, 'of a document');
  const { matches, truncated } = await editor.find(uri, 'caf\u00e9', 2);
  assert.deepEqual(
    matches.map(({ line, customId, by, preview }) => ({ line, customId, by, preview })),
    [
      { line: 4, customId: 'CAF\u00c9', by: 'id', preview: 'Hi' },
      { line: 0, customId: 'caf\u00e9-1', by: 'id', preview: 'First' },
    ],
  );
  assert.equal(truncated, true);
});

test('a client that says not how many it wants gets what there is', async () => {
  const { uri } = await fileWith(`${requestLine('a')}\n${requestLine('ab')}\n`);
  // Written down, it is null.
  assert.equal((await editor.find(uri, 'a', Number.NaN)).matches.length, 2);
});

test('what is in a document and not on disk is what is found and read', async (t) => {
  const { uri } = await fileWith(`${requestLine('saved')}\n`);
  await editor.open(uri, `${requestLine('typed')}\n`);
  t.after(() => editor.close(uri));
  assert.deepEqual((await editor.find(uri, 'saved')).matches, []);
  assert.equal((await editor.find(uri, 'typed')).matches.length, 1);
  assert.equal((await editor.read(uri, 0))?.customId, 'typed');
});

test('what cannot be searched is said, a line that is gone is null', async () => {
  const gone = pathToFileURL(join(folder, 'gone.jsonl')).href;
  await assert.rejects(editor.find(gone, 'a'), /There is no file .*gone\.jsonl; check the name\./);
  assert.equal(await editor.read(gone, 0), null);
  await assert.rejects(editor.find('untitled:x', 'a'), /neither an open document nor a file/);
});

test('a search that nobody waits for ends, and the next one is answered', async () => {
  const { uri } = await fileWith(`${requestLine('a', 'text '.repeat(1000))}\n`.repeat(4000));
  const source = new CancellationTokenSource();
  const search = editor.find(uri, 'nothing', 10, source.token);
  source.cancel();
  await assert.rejects(search, /Cancelled/);
  assert.deepEqual(await editor.find(uri, 'nothing'), { matches: [], truncated: false });
});

test('a file that is written is checked again, also when somebody says so before it is looked at', async (t) => {
  const { path, uri } = await fileWith(`${requestLine('a')}\n${requestLine('a')}\n`);
  assert.equal((await large(t, uri)).counts.error, 2);
  const from = editor.summaries.length;
  await writeFile(path, `${requestLine('a')}\n${requestLine('b')}\n`);
  await editor.wrote(uri);
  assert.equal((await checked(uri, from)).counts.error, 0);
  assert.deepEqual(lastProblems(uri), []);
});

test('settings that change problems check again', async (t) => {
  const { uri } = await fileWith(`${requestLine('a')}\n${requestLine('a')}\n`);
  assert.equal((await large(t, uri)).counts.error, 2);
  t.after(() => editor.settings({}));
  await editor.settings({ severity: { 'id.duplicate': 'hint' } });
  await editor.shows(
    uri,
    (problems) => problems.length === 2 && problems.every(({ severity }) => severity === 4),
  );
});

test('a closed document gives its file back, and a closed file takes everything with it', async (t) => {
  const { uri } = await fileWith(`${requestLine('a')}\n${requestLine('a')}\n`);
  await large(t, uri);
  await editor.open(uri, requestLine('typed'));
  await editor.shows(uri, (problems) => problems.length === 0);
  const from = editor.summaries.length;
  await editor.close(uri);
  assert.equal((await checked(uri, from)).requests, 2);
  await editor.large([]);
  await editor.cleared(uri);
});

test('UTF-16 is told of where it holds requests, and of nothing else', async (t) => {
  const batch = await fileWith(Buffer.from(`\ufeff${requestLine('a')}\n`, 'utf16le'));
  const other = await fileWith(Buffer.from('\ufeff{"level":"info"}\n', 'utf16le'));
  await editor.large([other.uri, batch.uri]);
  t.after(() => editor.large([]));
  await editor.shows(batch.uri, ([problem]) => problem?.code === 'file.encoding');
  await editor.summary(batch.uri, (one): one is typeof one => /UTF-16/.test(one.limited ?? ''));
  assert.equal(
    editor.published.some(({ uri }) => uri === other.uri),
    false,
  );
});

test('results and files of nobody have no totals', async (t) => {
  const results = await fileWith(`${okLine('a')}\n${okLine('a')}\n`);
  await editor.large([results.uri]);
  t.after(() => editor.large([]));
  await editor.shows(results.uri, (problems) => problems.length === 2);
  assert.ok(editor.summaries.every((one) => one.uri !== results.uri || one.provider === null));
});
