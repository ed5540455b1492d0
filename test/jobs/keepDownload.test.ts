// A download in several tries: what is gone on with, and what is begun anew.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keepDownload } from '../../jobs/providers/keepDownload.ts';

type Headers = Readonly<Record<string, string>>;

const whole = 'The whole file, in as many tries as it takes.\n';

/** A server in memory that breaks off, and can go on. */
class Served {
  readonly asked: Headers[] = [];
  text = whole;
  etag: string | null = '"one"';
  /** Breaks off behind so many bytes of the answer; null: not at all. */
  breaksBehind: number | null = null;
  takesRanges = true;
  total: 'said' | 'unsaid' = 'said';
  /** Of the answer to a range, where it is not what was asked for. */
  rangeStart: number | null = null;

  readonly ask = async (headers: Headers): Promise<Response> => {
    this.asked.push(headers);
    const bytes = Buffer.from(this.text);
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const stale = 'if-range' in headers && headers['if-range'] !== this.etag;
    const ranged = headers.range !== undefined && this.takesRanges && !stale;
    if (ranged && from >= bytes.length) return new Response(null, { status: 416 });
    const sent = ranged ? bytes.subarray(from) : bytes;
    const total = this.total === 'said' ? String(bytes.length) : '*';
    const start = this.rangeStart ?? from;
    return new Response(this.#stream(sent), {
      status: ranged ? 206 : 200,
      headers: {
        ...(this.etag === null ? {} : { etag: this.etag }),
        ...(this.total === 'said' ? { 'content-length': String(sent.length) } : {}),
        ...(ranged ? { 'content-range': `bytes ${start}-${start + sent.length - 1}/${total}` } : {}),
      },
    });
  };

  #stream(bytes: Buffer): ReadableStream<Uint8Array> {
    const stop = this.breaksBehind;
    const sent = stop === null ? bytes : bytes.subarray(0, stop);
    const pieces = [sent.subarray(0, 3), sent.subarray(3)].filter((piece) => piece.length > 0);
    return new ReadableStream({
      pull: (controller) => {
        const piece = pieces.shift();
        if (piece !== undefined) controller.enqueue(new Uint8Array(piece));
        else if (stop === null) controller.close();
        else controller.error(new TypeError('terminated'));
      },
    });
  }
}

interface Place {
  readonly here: string;
  readonly path: string;
  download(served: Served, source?: string): Promise<void>;
}

async function place(context: TestContext): Promise<Place> {
  const here = await mkdtemp(join(tmpdir(), 'llm-batch-download-'));
  context.after(() => rm(here, { recursive: true, force: true }));
  const path = join(here, 'output.jsonl');
  const { signal } = new AbortController();
  return {
    here,
    path,
    download: (served, source = 'file-1') => keepDownload({ source, path, signal, ask: served.ask }),
  };
}

const begunAnew = { 'accept-encoding': 'identity' };

test('each try goes on where the last one broke off', async (context) => {
  const { path, here, download } = await place(context);
  const served = new Served();
  served.breaksBehind = 10;
  for (let tries = 0; tries < 3; tries++) await assert.rejects(download(served), TypeError);
  served.breaksBehind = null;
  await download(served);
  assert.equal(await readFile(path, 'utf8'), whole);
  assert.deepEqual(await readdir(here), ['output.jsonl']);
  const going = (from: number): Headers => ({
    ...begunAnew,
    ...{ range: `bytes=${from}-`, 'if-range': '"one"' },
  });
  assert.deepEqual(served.asked, [begunAnew, going(10), going(20), going(30)]);
});

/** What is another thing at the second try, and how often is asked in all. */
const changes: readonly (readonly [string, Partial<Served>, number])[] = [
  ['another ETag, which If-Range names', { etag: '"two"' }, 2],
  ['a server without ranges', { takesRanges: false }, 2],
  ['another length', { etag: null, text: `More. ${whole}` }, 3],
  ['a file that is shorter than what came', { etag: null, text: 'Short.\n' }, 3],
  ['an answer with other bytes than those asked for', { rangeStart: 4 }, 3],
  ['nothing to tell by', { etag: null, total: 'unsaid' }, 3],
];

for (const [what, change, asks] of changes) {
  test(`begun anew: ${what}`, async (context) => {
    const { path, here, download } = await place(context);
    const served = new Served();
    if (change.etag === null) served.etag = null;
    served.breaksBehind = 10;
    await assert.rejects(download(served), TypeError);
    Object.assign(served, { breaksBehind: null, ...change });
    await download(served);
    assert.equal(await readFile(path, 'utf8'), served.text);
    assert.equal(served.asked.length, asks);
    assert.deepEqual(await readdir(here), ['output.jsonl']);
  });
}

test('a weak ETag tells two files apart, but is not sent', async (context) => {
  const { path, download } = await place(context);
  const served = new Served();
  served.etag = 'W/"one"';
  served.breaksBehind = 10;
  await assert.rejects(download(served), TypeError);
  served.etag = 'W/"two"';
  served.text = whole.toUpperCase();
  served.breaksBehind = null;
  await download(served);
  assert.equal(await readFile(path, 'utf8'), whole.toUpperCase());
  assert.deepEqual(served.asked[1], { ...begunAnew, range: 'bytes=10-' });
});

test('a part of another file is not gone on with', async (context) => {
  const { path, download } = await place(context);
  const served = new Served();
  served.breaksBehind = 10;
  await assert.rejects(download(served), TypeError);
  served.breaksBehind = null;
  await download(served, 'file-2');
  assert.equal(await readFile(path, 'utf8'), whole);
  assert.deepEqual(served.asked, [begunAnew, begunAnew]);
});

test('what ends early without a broken connection is no whole file', async (context) => {
  const { path, here, download } = await place(context);
  const served = new Served();
  const cut = async (headers: Headers): Promise<Response> => {
    const { status, headers: said } = await served.ask(headers);
    return new Response(whole.slice(0, 10), { status, headers: said });
  };
  const { signal } = new AbortController();
  await assert.rejects(keepDownload({ source: 'file-1', path, signal, ask: cut }), TypeError);
  assert.deepEqual((await readdir(here)).toSorted(), ['output.jsonl.part', 'output.jsonl.part.json']);
  await download(served);
  assert.equal(await readFile(path, 'utf8'), whole);
});

test('bytes that were not known to be on the disk are fetched again', async (context) => {
  const { path, download } = await place(context);
  const served = new Served();
  served.breaksBehind = 10;
  await assert.rejects(download(served), TypeError);
  // As a kill leaves it: more was written than was noted. And as a cut of the power may: zeros.
  await truncate(`${path}.part`, 30);
  served.breaksBehind = null;
  await download(served);
  assert.equal(await readFile(path, 'utf8'), whole);
  assert.equal(served.asked[1]?.range, 'bytes=10-');
});

test('a whole part that was not renamed is taken as it is', async (context) => {
  const { path, here, download } = await place(context);
  const origin = { source: 'file-1', etag: null, totalBytes: whole.length };
  await writeFile(`${path}.part`, whole);
  await writeFile(`${path}.part.json`, JSON.stringify({ bytes: whole.length, of: origin }));
  const served = new Served();
  await download(served);
  assert.deepEqual(served.asked, []);
  assert.equal(await readFile(path, 'utf8'), whole);
  assert.deepEqual(await readdir(here), ['output.jsonl']);
});

for (const note of [
  '',
  'null',
  '{}',
  '{"bytes":-1,"of":{}}',
  '{"bytes":4,"of":7}',
  '{"bytes":400,"of":{}}',
]) {
  test(`a note that says ${note || 'nothing'} is not gone by`, async (context) => {
    const { path, download } = await place(context);
    await writeFile(`${path}.part`, 'xxxxxxxx');
    await writeFile(`${path}.part.json`, note);
    const served = new Served();
    await download(served);
    assert.equal(await readFile(path, 'utf8'), whole);
    assert.deepEqual(served.asked, [begunAnew]);
  });
}

test('a packed answer is whole or nothing', async (context) => {
  const { path, download } = await place(context);
  const served = new Served();
  served.breaksBehind = 10;
  const packed = async (headers: Headers): Promise<Response> => {
    const { body, status } = await served.ask(headers);
    // fetch unpacks it: the length is of something else.
    return new Response(body, { status, headers: { 'content-encoding': 'gzip', 'content-length': '7' } });
  };
  const { signal } = new AbortController();
  const request = { source: 'file-1', path, signal, ask: packed };
  await assert.rejects(keepDownload(request), TypeError);
  served.breaksBehind = null;
  await download(served);
  assert.equal(await readFile(path, 'utf8'), whole);
  assert.equal(served.asked.length, 3);
});
