// A create call that Anthropic did not answer: which batch may have come of it, and when is it certain? What is told here
// wrongly is paid for twice, or is somebody else's.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Answer, BatchProvider, BatchSearch, FoundBatch } from '#jobs';
import { batchOf, connectAnthropic } from './anthropicFixture.ts';
import { folder, never, searchOf, uploadOf } from './providerFixture.ts';
import { json, type ScriptedServer, startScripted } from './scriptedServer.ts';

interface Listed {
  readonly id: string;
  readonly requests?: number;
  /** Of 2026-11-20, such as 10:05. */
  readonly at?: string;
  /** Ids of its results; absent: it is at work. */
  readonly results?: readonly string[] | 'gone' | 'html';
}

function toWire({ id, requests = 3, at = '10:00', results }: Listed): object {
  const ended = {
    ...{ processing_status: 'ended', ended_at: '2026-11-20T12:00:00Z' },
    request_counts: { processing: 0, succeeded: requests, errored: 0, canceled: 0, expired: 0 },
  };
  const created = { created_at: `2026-11-20T${at}:00.000000+00:00` };
  return batchOf({ id, requests }, { ...created, ...(results === undefined ? {} : ended) });
}

const lines = ['a', 'b', 'c'].map((id) => `{"custom_id":"${id}","params":{}}\n`).join('');

interface Account {
  readonly provider: BatchProvider;
  readonly server: ScriptedServer;
  readonly search: BatchSearch;
}

/** An account with these batches, as they are listed, two a page. */
async function account(context: TestContext, batches: readonly Listed[]): Promise<Account> {
  const server = await startScripted(context, ({ url }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://x');
    const id = /batches\/([^/]+)\/results$/.exec(pathname)?.[1];
    if (id !== undefined) {
      const found = batches.find((batch) => batch.id === id)?.results;
      if (found === 'html') return response.end('<html>\nPlease sign in\n</html>');
      if (found === undefined || found === 'gone') {
        return json(response, 404, { type: 'error', error: { type: 'not_found_error', message: 'Gone' } });
      }
      return response.end(found.map((one) => `{"custom_id":"${one}","result":{}}\n`).join(''));
    }
    const start = batches.findIndex((batch) => batch.id === searchParams.get('after_id')) + 1;
    const page = batches.slice(start, start + 2);
    const ends = { first_id: page[0]?.id ?? null, last_id: page.at(-1)?.id ?? null };
    return json(response, 200, {
      data: page.map(toWire),
      has_more: start + 2 < batches.length,
      ...ends,
    });
  });
  const { bytes } = await uploadOf(await folder(context), lines);
  const provider = await connectAnthropic(server.url, null);
  return { provider, server, search: searchOf(null, { bytes, fence: 'fence' }) };
}

/** "none", "found x", "perhaps x y", or the kind of the problem. */
function words(answer: Answer<FoundBatch>): string {
  if (answer.kind === 'problem') return answer.problem.kind;
  const found = answer.value;
  if (found.kind === 'found') return `found ${found.remote.batchId}`;
  if (found.kind === 'none') return 'none';
  return `perhaps ${found.candidates.map(({ batchId }) => batchId).join(' ')}`;
}

const fence: Listed = { id: 'fence', at: '09:00' };
const older: Listed = { id: 'older', at: '08:00', results: ['a', 'b', 'c'] };

const accounts: readonly (readonly [string, string, readonly Listed[]])[] = [
  ['nothing newer than what was there', 'none', [fence, older]],
  ['one at work of as many requests', 'perhaps x', [{ id: 'x' }, fence, older]],
  ['two of them', 'perhaps x y', [{ id: 'x' }, { id: 'y' }, fence]],
  ['others of more or fewer requests', 'none', [{ id: 'x', requests: 2 }, { id: 'y', requests: 4 }, fence]],
  ['one that ended with our ids', 'found x', [{ id: 'x', results: ['c', 'a', 'b'] }, fence]],
  ['one that ended with other ids', 'none', [{ id: 'x', results: ['d', 'e', 'f'] }, fence]],
  [
    'one with our ids among others',
    'found y',
    [{ id: 'x', results: ['d', 'e', 'f'] }, { id: 'y', results: ['a', 'b', 'c'] }, fence],
  ],
  [
    'one with our ids, and one at work that may have them too',
    'perhaps x y',
    [{ id: 'y' }, { id: 'x', results: ['a', 'b', 'c'] }, fence],
  ],
  [
    'two with our ids: nothing tells them apart',
    'perhaps x y',
    [{ id: 'x', results: ['a', 'b', 'c'] }, { id: 'y', results: ['a', 'b', 'c'] }, fence],
  ],
  ['a result file that lacks a row', 'found x', [{ id: 'x', results: ['a', 'b'] }, fence]],
  ['a result file without rows', 'perhaps x', [{ id: 'x', results: [] }, fence]],
  ['a result twice', 'found x', [{ id: 'x', results: ['a', 'b', 'c', 'a'] }, fence]],
  ['a strange result beside ours', 'found x', [{ id: 'x', results: ['z', 'a', 'b', 'c'] }, fence]],
  ['some of our ids, and some of others', 'perhaps x', [{ id: 'x', results: ['a', 'b', 'z'] }, fence]],
  [
    'strange ids alone, and fewer than there are requests: ours may be among the rows that are missing',
    'perhaps x',
    [{ id: 'x', results: ['y', 'z'] }, fence],
  ],
  ['one strange id many times', 'perhaps x', [{ id: 'x', results: ['z', 'z', 'z'] }, fence]],
  ['results that are gone', 'perhaps x', [{ id: 'x', results: 'gone' }, fence]],
  ['results that are no results', 'interrupted', [{ id: 'x', results: 'html' }, fence]],
  ['without the fence all may be newer', 'perhaps x y', [{ id: 'x' }, { id: 'y' }]],
  [
    'oldest first: what is not older than the fence counts',
    'perhaps x',
    [older, { ...fence }, { id: 'other', requests: 9, at: '09:30' }, { id: 'x', at: '09:40' }],
  ],
  [
    'in no order at all',
    'perhaps y x',
    [{ id: 'old', at: '08:00' }, { id: 'y', at: '11:00' }, fence, older, { id: 'x', at: '10:00' }],
  ],
];

for (const [what, expected, batches] of accounts) {
  test(`looking for a batch: ${what}`, async (context) => {
    const { provider, search } = await account(context, batches);
    const answer = await provider.findBatch(search, never);
    const said = words(answer);
    const sorted = (text: string): string => text.split(' ').toSorted().join(' ');
    assert.equal(sorted(said), sorted(expected));
  });
}

test('what is known to be another is not ours, and the first of an account needs no fence', async (context) => {
  const { provider, search } = await account(context, [{ id: 'x', results: ['a', 'b', 'c'] }, { id: 'y' }]);
  assert.equal(words(await provider.findBatch({ ...search, fence: null }, never)), 'perhaps x y');
  const besides = ['y'];
  assert.equal(words(await provider.findBatch({ ...search, fence: null, besides }, never)), 'found x');
});

test('results are read once, however often it is looked, and what lies behind the fence never', async (context) => {
  const { provider, search, server } = await account(context, [
    { id: 'x', results: ['d', 'e', 'f'] },
    { id: 'y' },
    fence,
    older,
    { id: 'oldest', at: '07:00', results: ['a', 'b', 'c'] },
  ]);
  for (let times = 0; times < 3; times++) {
    assert.equal(words(await provider.findBatch(search, never)), 'perhaps y');
  }
  const results = server.asked.filter(({ url }) => url.endsWith('/results')).map(({ url }) => url);
  assert.deepEqual(results, ['/v1/messages/batches/x/results']);
});

test('a copy of the requests that is not what was sent proves nothing', async (context) => {
  const { provider, search } = await account(context, [{ id: 'x', results: ['d', 'e', 'f'] }, fence]);
  const bytes = { ...search.bytes, sizeBytes: search.bytes.sizeBytes - 30 };
  assert.equal(words(await provider.findBatch({ ...search, bytes }, never)), 'local');
});

const strange: readonly (readonly [string, unknown])[] = [
  ['more that cannot be asked for', { data: [], has_more: true, last_id: null }],
  ['pages in a circle', { data: [toWire({ id: 'x' })], has_more: true, last_id: 'x' }],
  ['no word whether there is more', { data: [toWire({ id: 'x', requests: 9 })] }],
  ['a list of something else', { data: [{ id: 'x', type: 'model' }], has_more: false }],
];

for (const [what, page] of strange) {
  test(`a listing that proves nothing: ${what}`, async (context) => {
    const server = await startScripted(context, (_, response) => json(response, 200, page));
    const provider = await connectAnthropic(server.url, null);
    assert.equal(words(await provider.findBatch(searchOf(null), never)), 'interrupted');
    if (what.includes('else') || what.includes('word')) {
      assert.equal((await provider.newestBatch(never)).kind, 'problem');
    }
  });
}
