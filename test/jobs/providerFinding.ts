// How every adapter finds a batch again whose create was not answered, with marks and without.
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Answer, FoundBatch, UploadRequest } from '#jobs';
import {
  answerBeside,
  answered,
  answering,
  apiOf,
  createOf,
  ended,
  folder,
  foundId,
  kindOf,
  linesOf,
  mark,
  never,
  type ProviderFixture,
  searchOf,
  uploaded,
  uploadOf,
  type WireBatch,
} from './providerFixture.ts';
import { json, startScripted } from './scriptedServer.ts';

export function testFinding(fixture: ProviderFixture): void {
  finding(fixture);
  if (apiOf(fixture).isMarked) findingMarked(fixture);
  else findingUnmarked(fixture);
}

function strangers({ batchId, fileId }: ProviderFixture): readonly WireBatch[] {
  const facts = { metadata: {}, inputFileId: fileId('other'), requests: 5 };
  return ['0', '1', '2', 'other'].map((word) => ({ id: batchId(word), ...facts }));
}

function oursOf({ batchId, fileId, wire }: ProviderFixture): WireBatch {
  return { id: batchId('ours'), metadata: wire.marks(mark), inputFileId: fileId('x'), requests: 3 };
}

/** What an account holds is told in pages. */
async function look(
  context: TestContext,
  { connect, wire, fileId }: ProviderFixture,
  pages: readonly (readonly WireBatch[])[],
): Promise<Answer<FoundBatch>> {
  const server = await answering(context, wire, (asked) => wire.batchPage(asked, pages));
  return (await connect(server.url, null)).findBatch(searchOf(fileId('1')), never);
}

function finding(fixture: ProviderFixture): void {
  const { connect, wire } = fixture;
  const others = strangers(fixture);
  const search = searchOf(fixture.fileId('1'));

  test('a batch is found on any page', async (context) => {
    const ours = oursOf(fixture);
    for (const pages of [[[ours]], [others.slice(0, 3), [...others.slice(3), ours]]]) {
      const found = answered(await look(context, fixture, pages));
      const candidates =
        found.kind === 'found' ? [found.remote] : 'candidates' in found ? found.candidates : [];
      assert.deepEqual(
        candidates.map(({ batchId }) => batchId),
        [ours.id],
      );
      assert.equal(found.kind, apiOf(fixture).isMarked ? 'found' : 'perhaps');
    }
  });

  test('only a listing without it to its end proves that there is none', async (context) => {
    assert.equal(foundId(await look(context, fixture, [[]])), null);
    assert.equal(foundId(await look(context, fixture, [others.slice(0, 3), others.slice(3)])), null);
  });

  test('a listing that breaks off proves nothing', async (context) => {
    let pages = 0;
    const server = await startScripted(context, (asked, response) => {
      if (wire.callOf(asked) === null) return answerBeside(wire, asked, response);
      if (++pages > 1) return json(response, 500, wire.error(500, 'Oops.'));
      return json(response, 200, wire.batchPage(asked, [others.slice(0, 3), others.slice(3)]));
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
}

function findingMarked(fixture: ProviderFixture): void {
  const { connect, start } = fixture;
  test('by the marks of its job and part, unless it is known to be another', async (context) => {
    const server = await start();
    context.after(() => server.dispose());
    const provider = await connect(server.url, null);
    const upload = await uploadOf(await folder(context), linesOf(fixture, ['a']));
    const [first, second] = [
      await uploaded(fixture, provider, upload),
      await uploaded(fixture, provider, upload),
    ];
    assert.equal(foundId(await provider.findBatch(searchOf(first), never)), null);
    const request = createOf(fixture, first, upload, { metadata: { team: 'a' } });
    const { batchId } = answered(await provider.create(request, never));
    assert.equal(foundId(await provider.findBatch(searchOf(first), never)), batchId);
    const besides = [batchId];
    assert.equal(foundId(await provider.findBatch(searchOf(first, { besides }), never)), null);
    for (const mine of [
      { ...mark, jobId: 'job-2' },
      { ...mark, part: 2 },
    ]) {
      assert.equal(foundId(await provider.findBatch(searchOf(second, { mark: mine }), never)), null);
    }
  });
}

function findingUnmarked(fixture: ProviderFixture): void {
  const { connect, start } = fixture;
  test('by what is newer, of as many requests, and for certain by the ids of its results', async (context) => {
    let nowMs = Date.now();
    const server = await start(() => nowMs);
    context.after(() => server.dispose());
    const provider = await connect(server.url, null);
    assert.equal(answered(await provider.newestBatch(never)), null);
    const here = await folder(context);
    const make = async (name: string, ids: readonly string[]): Promise<[UploadRequest, string]> => {
      const made = await uploadOf(await mkdtemp(join(here, name)), linesOf(fixture, ids));
      return [made, answered(await provider.create(createOf(fixture, null, made), never)).batchId];
    };
    const [, fence] = await make('before', ['a', 'b', 'c']);
    assert.equal(answered(await provider.newestBatch(never)), fence);
    const [upload, ours] = await make('ours', ['a', 'b', 'c']);
    const [, others] = await make('others', ['d', 'e', 'f']);
    await make('more', ['a', 'b', 'c', 'd']);
    const search = searchOf(null, { fence, bytes: upload.bytes });
    const early = answered(await provider.findBatch(search, never));
    const candidates = early.kind === 'perhaps' ? early.candidates.map(({ batchId }) => batchId) : [];
    assert.deepEqual(candidates.toSorted(), [ours, others].toSorted());
    nowMs += 1_000;
    for (const batchId of [ours, others]) await ended(provider, batchId);
    assert.equal(foundId(await provider.findBatch(search, never)), ours);
    assert.equal(foundId(await provider.findBatch({ ...search, besides: [ours] }, never)), null);
    assert.equal(foundId(await provider.findBatch({ ...search, fence: ours }, never)), null);
    // Without a fence that of before has the same ids: nothing but a person can tell.
    const both = answered(await provider.findBatch({ ...search, fence: null }, never));
    assert.deepEqual(both.kind === 'perhaps' && both.candidates.length, 2);
  });
}
