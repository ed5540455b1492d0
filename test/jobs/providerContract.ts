// What every adapter of a provider must do, whichever API it speaks: a wrong guess about a failed call is paid for twice.
// A provider's test calls testProvider() with what is special about its API.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { endOf, phaseOf } from '#core';
import type { BatchProvider } from '#jobs';
import { testDownloads } from './providerDownloads.ts';
import { testFailures } from './providerFailures.ts';
import { testFinding } from './providerFinding.ts';
import {
  answered,
  answering,
  apiOf,
  createOf,
  ended,
  folder,
  kindOf,
  linesOf,
  mark,
  never,
  ofCall,
  type ProviderFixture,
  uploaded,
  uploadOf,
  type WireFile,
} from './providerFixture.ts';

export function testProvider(fixture: ProviderFixture): void {
  describe(`${fixture.name}: whole life`, () => wholeLife(fixture));
  describe(`${fixture.name}: what is sent`, () => whatIsSent(fixture));
  if (apiOf(fixture).hasUpload) describe(`${fixture.name}: uploads`, () => uploads(fixture));
  describe(`${fixture.name}: failures`, { concurrency: 4 }, () => testFailures(fixture));
  describe(`${fixture.name}: finding again`, () => testFinding(fixture));
  describe(`${fixture.name}: downloads`, () => testDownloads(fixture));
}

function wholeLife(fixture: ProviderFixture): void {
  const { connect, start } = fixture;
  const begin = async (
    context: TestContext,
    ids: readonly string[],
    now?: () => number,
  ): Promise<{ provider: BatchProvider; here: string; batchId: string }> => {
    const server = await start(now);
    context.after(() => server.dispose());
    const provider = await connect(server.url, null);
    const here = await folder(context);
    const upload = await uploadOf(here, linesOf(fixture, ids));
    const request = createOf(fixture, await uploaded(fixture, provider, upload), upload);
    const { batchId } = answered(await provider.create(request, never));
    return { provider, here, batchId };
  };

  test('created once, listed, over, counted, fetched', async (context) => {
    const { provider, here, batchId } = await begin(context, ['a', 'b', 'c']);
    const [listed, ...others] = answered(await provider.list(10, never));
    assert.equal(listed?.remote.batchId, batchId);
    assert.equal(others.length, 0);
    assert.deepEqual(listed?.mark, apiOf(fixture).isMarked ? mark : null);
    const remote = await ended(provider, batchId);
    const { total, completed, failed } = remote.counts ?? {};
    assert.deepEqual({ total, completed, failed }, { total: 3, completed: 3, failed: 0 });
    assert.equal(endOf(fixture.provider, remote), 'completed');
    const path = join(here, 'output.jsonl');
    answered(await provider.download(remote.outputFileId ?? '', path, never));
    assert.equal((await readFile(path, 'utf8')).trimEnd().split('\n').length, 3);
  });

  test('cancelled; and what is not there is not found', async (context) => {
    // Time stands still: it cannot end before.
    const { provider, here, batchId } = await begin(context, ['a'], () => 1_795_000_000_000);
    const cancelled = answered(await provider.cancel(batchId, never));
    assert.match(phaseOf(fixture.provider, cancelled), /^cancelling|over$/);
    const nobodys = fixture.batchId('none');
    assert.equal(kindOf(await provider.get(nobodys, never)), 'notFound');
    assert.equal(kindOf(await provider.cancel(nobodys, never)), 'notFound');
    assert.equal(kindOf(await provider.download(fixture.fileId('none'), join(here, 'x'), never)), 'notFound');
  });

  test('the newest ones are listed, as many as are asked for', async (context) => {
    const { provider, here, batchId: first } = await begin(context, ['a']);
    const batchIds = [first];
    for (const id of ['b', 'c']) {
      const upload = await uploadOf(here, linesOf(fixture, [id]));
      const request = createOf(fixture, await uploaded(fixture, provider, upload), upload);
      batchIds.push(answered(await provider.create(request, never)).batchId);
    }
    const listed = answered(await provider.list(2, never)).map(({ remote }) => remote.batchId);
    assert.deepEqual(listed, batchIds.toReversed().slice(0, 2));
  });
}

function whatIsSent(fixture: ProviderFixture): void {
  const { connect, wire, endpoint } = fixture;
  test('a create is sent once, with the marks of the job beside what the user wrote', async (context) => {
    const metadata = { team: 'a' };
    const { batchId, fileId } = fixture;
    const batch = { id: batchId('1'), metadata: {}, inputFileId: fileId('1'), requests: 1 };
    const server = await answering(context, wire, () => wire.batch(batch));
    const upload = await uploadOf(await folder(context), linesOf(fixture, ['a']));
    const inputFileId = apiOf(fixture).hasUpload ? fileId('1') : null;
    const request = createOf(fixture, inputFileId, upload, { metadata });
    const created = await (await connect(server.url, 'some-key-0123')).create(request, never);
    assert.equal(answered(created).batchId, batchId('1'));
    const [asked, ...more] = ofCall(server, wire, 'create');
    assert.ok(asked);
    assert.equal(more.length, 0);
    const carried = wire.carried(metadata, mark);
    assert.deepEqual(wire.createOf(asked), { inputFileId, endpoint, metadata: carried });
    assert.equal(wire.keyOf(asked), 'some-key-0123');
  });

  test('a file that is gone or not of its size is not blamed on the provider', async (context) => {
    const { batchId, fileId } = fixture;
    const upload = await uploadOf(await folder(context), 'x\n');
    const server = await answering(context, wire, (asked) =>
      wire.callOf(asked) === 'create'
        ? wire.batch({ id: batchId('1'), metadata: {}, inputFileId: fileId('1'), requests: 1 })
        : wire.file({ id: fileId('7'), name: upload.name, sizeBytes: upload.bytes.sizeBytes }),
    );
    const provider = await connect(server.url, null);
    for (const wrong of [{ sizeBytes: 3 }, { offset: 1 }, { path: `${upload.bytes.path}.gone` }]) {
      const bytes = { ...upload.bytes, ...wrong };
      const sent = apiOf(fixture).hasUpload
        ? await provider.upload({ ...upload, bytes }, never)
        : await provider.create(createOf(fixture, null, { bytes }), never);
      assert.equal(kindOf(sent), 'local');
    }
  });
}

function uploads(fixture: ProviderFixture): void {
  const { connect, wire, start, fileId } = fixture;
  test('found by name and size, all of them', async (context) => {
    const server = await start();
    context.after(() => server.dispose());
    const provider = await connect(server.url, null);
    const upload = await uploadOf(await folder(context), linesOf(fixture, ['a']));
    assert.deepEqual(answered(await provider.findUploads(upload, never)), []);
    const first = answered(await provider.upload(upload, never));
    const second = answered(await provider.upload(upload, never));
    const both = [first, second].toSorted();
    assert.deepEqual(answered(await provider.findUploads(upload, never)).toSorted(), both);
    const unlike = [
      { ...upload, name: 'other.jsonl' },
      { ...upload, bytes: { ...upload.bytes, sizeBytes: 1 } },
    ];
    for (const one of unlike) assert.deepEqual(answered(await provider.findUploads(one, never)), []);
    answered(await provider.deleteUpload(first, never));
    assert.deepEqual(answered(await provider.findUploads(upload, never)), [second]);
    answered(await provider.deleteUpload(first, never));
  });

  test('an upload carries exactly the bytes, under the name it can be found by', async (context) => {
    const text = '{"custom_id":"ä","n":1e400}\r\n{"custom_id":"\u2028"}\n\n no end of line';
    const upload = await uploadOf(await folder(context), text);
    const server = await answering(context, wire, () =>
      wire.file({ id: fileId('7'), name: upload.name, sizeBytes: upload.bytes.sizeBytes }),
    );
    const sent: number[] = [];
    const onProgress = (sentBytes: number): void => void sent.push(sentBytes);
    const answer = await (await connect(server.url, null)).upload({ ...upload, onProgress }, never);
    assert.equal(answered(answer), fileId('7'));
    const [asked] = ofCall(server, wire, 'upload');
    assert.ok(asked);
    const { name, bytes } = wire.uploadOf(asked);
    assert.equal(name, upload.name);
    assert.equal(bytes.toString(), text);
    assert.equal(Number(asked.headers['content-length']), asked.body.length);
    assert.equal(sent.at(-1), upload.bytes.sizeBytes);
  });

  test('all uploads of a name and size are found, on any page, and no others', async (context) => {
    const like = { name: 'job-1-1-1.jsonl', sizeBytes: 20 };
    const pages: readonly (readonly WireFile[])[] = [
      [
        { id: fileId('3'), ...like },
        { id: fileId('2'), name: 'other.jsonl', sizeBytes: 20 },
      ],
      [
        { id: fileId('1'), ...like },
        { id: fileId('0'), ...like, sizeBytes: 21 },
      ],
    ];
    const server = await answering(context, wire, (asked) => wire.filePage(asked, pages));
    const found = await (await connect(server.url, null)).findUploads(
      { name: like.name, bytes: { path: '', offset: 0, sizeBytes: 20 } },
      never,
    );
    assert.deepEqual(answered(found), [fileId('3'), fileId('1')]);
  });
}
