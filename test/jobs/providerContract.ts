// What every adapter of a provider must do, whichever API it speaks: a wrong guess about a failed call is paid for twice.
// A provider's test calls testProvider() with what is special about its API.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, FoundBatch } from '#jobs';
import { testFailures } from './providerFailures.ts';
import {
  answered,
  answering,
  createOf,
  folder,
  foundId,
  kindOf,
  mark,
  never,
  ofCall,
  type ProviderFixture,
  searchOf,
  uploadOf,
  type WireBatch,
  type WireFile,
} from './providerFixture.ts';
import { json, startScripted } from './scriptedServer.ts';

const other: WireBatch = { id: 'batch_other', metadata: {}, inputFileId: 'file_other' };

export function testProvider(fixture: ProviderFixture): void {
  describe(`${fixture.name}: whole life`, () => wholeLife(fixture));
  describe(`${fixture.name}: what is sent`, () => whatIsSent(fixture));
  describe(`${fixture.name}: failures`, { concurrency: 4 }, () => testFailures(fixture));
  describe(`${fixture.name}: finding again`, () => finding(fixture));
  describe(`${fixture.name}: downloads`, () => downloads(fixture));
}

function wholeLife({ connect, start, endpoint, requestLine }: ProviderFixture): void {
  test('uploaded, found, created once, found by its mark, over, fetched', async (context) => {
    const server = await start();
    context.after(() => server.dispose());
    const provider = await connect(server.url, null);
    const here = await folder(context);
    const text = ['a', 'b', 'c'].map((id) => `${requestLine(id)}\n`).join('');
    const upload = await uploadOf(here, text);
    assert.deepEqual(answered(await provider.findUploads(upload, never)), []);
    const first = answered(await provider.upload(upload, never));
    const second = answered(await provider.upload(upload, never));
    assert.deepEqual(
      answered(await provider.findUploads(upload, never)).toSorted(),
      [first, second].toSorted(),
    );
    const unlike = [
      { ...upload, name: 'other.jsonl' },
      { ...upload, bytes: { ...upload.bytes, sizeBytes: 1 } },
    ];
    for (const one of unlike) assert.deepEqual(answered(await provider.findUploads(one, never)), []);
    const request = createOf(first, endpoint, { metadata: { team: 'a' } });
    assert.equal(foundId(await provider.findBatch(searchOf(first), never)), null);
    const { batchId } = answered(await provider.create(request, never));
    assert.equal(foundId(await provider.findBatch(searchOf(first), never)), batchId);
    const besides = [batchId];
    assert.equal(foundId(await provider.findBatch(searchOf(first, { besides }), never)), null);
    const [listed] = answered(await provider.list(10, never));
    assert.deepEqual([listed?.remote.batchId, listed?.mark], [batchId, mark]);
    for (const mine of [
      { ...mark, jobId: 'job-2' },
      { ...mark, part: 2 },
    ]) {
      assert.equal(foundId(await provider.findBatch(searchOf(second, { mark: mine }), never)), null);
    }
    let remote = answered(await provider.get(batchId, never));
    for (let tries = 0; remote.outputFileId === null && tries < 200; tries++) {
      await sleep(20);
      remote = answered(await provider.get(batchId, never));
    }
    assert.deepEqual(remote.counts, { total: 3, completed: 3, failed: 0 });
    const path = join(here, 'output.jsonl');
    answered(await provider.download(remote.outputFileId ?? '', path, never));
    assert.equal((await readFile(path, 'utf8')).trimEnd().split('\n').length, 3);
  });

  test('cancelled; and what is not there is not found', async (context) => {
    const server = await start();
    context.after(() => server.dispose());
    const provider = await connect(server.url, null);
    const here = await folder(context);
    const inputFileId = answered(await provider.upload(await uploadOf(here, `${requestLine('a')}\n`), never));
    const { batchId } = answered(await provider.create(createOf(inputFileId, endpoint), never));
    assert.match(answered(await provider.cancel(batchId, never)).status, /^cancel/);
    assert.equal(kindOf(await provider.get('batch_none', never)), 'notFound');
    assert.equal(kindOf(await provider.cancel('batch_none', never)), 'notFound');
    assert.equal(kindOf(await provider.download('file_none', join(here, 'x'), never)), 'notFound');
  });
}

function whatIsSent({ connect, wire, endpoint }: ProviderFixture): void {
  test('an upload carries exactly the bytes, under the name it can be found by', async (context) => {
    const text = '{"custom_id":"ä","n":1e400}\r\n{"custom_id":"\u2028"}\n\n no end of line';
    const upload = await uploadOf(await folder(context), text);
    const server = await answering(context, wire, () =>
      wire.file({ id: 'file_7', name: upload.name, sizeBytes: upload.bytes.sizeBytes }),
    );
    const sent: number[] = [];
    const onProgress = (sentBytes: number): void => void sent.push(sentBytes);
    const answer = await (await connect(server.url, null)).upload({ ...upload, onProgress }, never);
    assert.equal(answered(answer), 'file_7');
    const [asked] = ofCall(server, wire, 'upload');
    assert.ok(asked);
    const { name, bytes } = wire.uploadOf(asked);
    assert.equal(name, upload.name);
    assert.equal(bytes.toString(), text);
    assert.equal(Number(asked.headers['content-length']), asked.body.length);
    assert.equal(sent.at(-1), upload.bytes.sizeBytes);
  });

  test('a file that is gone or not of its size is not blamed on the provider', async (context) => {
    const upload = await uploadOf(await folder(context), 'x\n');
    const server = await answering(context, wire, () =>
      wire.file({ id: 'file_7', name: upload.name, sizeBytes: upload.bytes.sizeBytes }),
    );
    const provider = await connect(server.url, null);
    for (const wrong of [{ sizeBytes: 3 }, { offset: 1 }, { path: `${upload.bytes.path}.gone` }]) {
      const bytes = { ...upload.bytes, ...wrong };
      assert.equal(kindOf(await provider.upload({ ...upload, bytes }, never)), 'local');
    }
  });

  test('a create is sent once, with the marks of the job beside what the user wrote', async (context) => {
    const batch = { id: 'batch_1', metadata: {}, inputFileId: 'file_1' };
    const server = await answering(context, wire, () => wire.batch(batch));
    const request = createOf('file_1', endpoint, { metadata: { team: 'a' } });
    const created = await (await connect(server.url, 'some-key-0123')).create(request, never);
    assert.equal(answered(created).batchId, 'batch_1');
    const [asked, ...more] = ofCall(server, wire, 'create');
    assert.ok(asked);
    assert.equal(more.length, 0);
    assert.deepEqual(wire.createOf(asked), {
      ...{ inputFileId: 'file_1', endpoint },
      metadata: { team: 'a', ...wire.marks(mark) },
    });
    assert.equal(wire.keyOf(asked), 'some-key-0123');
  });
}

function finding({ connect, wire }: ProviderFixture): void {
  const ours: WireBatch = { id: 'batch_ours', metadata: wire.marks(mark), inputFileId: 'file_x' };
  const search = searchOf('file_1');
  const many = Array.from({ length: 3 }, (_, index) => ({ ...other, id: `batch_${index}` }));

  const look = async (
    context: TestContext,
    pages: readonly (readonly WireBatch[])[],
  ): Promise<Answer<FoundBatch>> => {
    const server = await answering(context, wire, (asked) => wire.batchPage(asked, pages));
    return (await connect(server.url, null)).findBatch(search, never);
  };

  test('a batch is found by its marks, on any page', async (context) => {
    assert.equal(foundId(await look(context, [[ours]])), 'batch_ours');
    assert.equal(foundId(await look(context, [many, [other, ours]])), 'batch_ours');
  });

  test('only a listing without it to its end proves that there is none', async (context) => {
    assert.equal(foundId(await look(context, [[]])), null);
    assert.equal(foundId(await look(context, [many, [other]])), null);
  });

  test('a listing that breaks off proves nothing', async (context) => {
    let pages = 0;
    const server = await startScripted(context, (asked, response) => {
      if (wire.callOf(asked) === null) return json(response, 200, wire.besides(asked));
      if (++pages > 1) return json(response, 500, wire.error(500, 'Oops.'));
      return json(response, 200, wire.batchPage(asked, [many, [other]]));
    });
    assert.equal(kindOf(await (await connect(server.url, null)).findBatch(search, never)), 'server');
  });

  test('what is asked beside a listing may fail, and then the listing proves nothing either', async (context) => {
    const server = await startScripted(context, (asked, response) => {
      if (wire.callOf(asked) === null) return json(response, 500, wire.error(500, 'Oops.'));
      return json(response, 200, wire.batchPage(asked, [[]]));
    });
    const answer = await (await connect(server.url, null)).findBatch(search, never);
    const besides = server.asked.some((asked) => wire.callOf(asked) === null);
    assert.equal(kindOf(answer), besides ? 'server' : 'ok');
  });

  test('all uploads of a name and size are found, on any page, and no others', async (context) => {
    const like = { name: 'job-1-1-1.jsonl', sizeBytes: 20 };
    const pages: readonly (readonly WireFile[])[] = [
      [
        { id: 'file_3', ...like },
        { id: 'file_2', name: 'other.jsonl', sizeBytes: 20 },
      ],
      [
        { id: 'file_1', ...like },
        { id: 'file_0', ...like, sizeBytes: 21 },
      ],
    ];
    const server = await answering(context, wire, (asked) => wire.filePage(asked, pages));
    const found = await (await connect(server.url, null)).findUploads(
      { name: like.name, bytes: { path: '', offset: 0, sizeBytes: 20 } },
      never,
    );
    assert.deepEqual(answered(found), ['file_3', 'file_1']);
  });
}

function downloads({ connect }: ProviderFixture): void {
  test('a download is there in whole or not at all', async (context) => {
    const here = await folder(context);
    let times = 0;
    const server = await startScripted(context, (_, response) => {
      response.writeHead(200, { 'content-length': '10', 'content-type': 'application/octet-stream' });
      response.write('12345');
      if (times++ > 0) response.end('67890');
      else setTimeout(() => response.destroy(), 20);
    });
    const provider = await connect(server.url, null);
    const path = join(here, 'output-1.jsonl');
    assert.equal(kindOf(await provider.download('file_o', path, never)), 'interrupted');
    assert.deepEqual(await readdir(here), []);
    answered(await provider.download('file_o', path, never));
    assert.equal(await readFile(path, 'utf8'), '1234567890');
    assert.deepEqual(await readdir(here), ['output-1.jsonl']);
  });

  test('a download that is given up leaves nothing', async (context) => {
    const here = await folder(context);
    const stop = new AbortController();
    const server = await startScripted(context, (_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('12345');
      setTimeout(() => stop.abort(), 20);
    });
    const provider = await connect(server.url, null);
    await assert.rejects(provider.download('file_o', join(here, 'o.jsonl'), stop.signal));
    assert.deepEqual(await readdir(here), []);
  });

  test('an empty file is a file', async (context) => {
    const path = join(await folder(context), 'e.jsonl');
    const server = await startScripted(context, (_, response) => response.writeHead(200).end());
    answered(await (await connect(server.url, null)).download('file_e', path, never));
    assert.equal(await readFile(path, 'utf8'), '');
  });

  test('a disk that refuses is not blamed on the connection', async (context) => {
    const server = await startScripted(context, (_, response) => response.writeHead(200).end('x'));
    const path = join(await folder(context), 'none', 'o.jsonl');
    const answer = await (await connect(server.url, null)).download('file_o', path, never);
    assert.equal(kindOf(answer), 'local');
    assert.match(answer.kind === 'problem' ? answer.problem.message : '', /could not be written: its folder/);
  });
}
