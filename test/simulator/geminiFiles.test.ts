// The simulated files of Gemini: how they come, how long they stay.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, line } from './geminiAccount.ts';

test('an upload in pieces: offsets must fit, what came can be asked for, and it is there when it is finalised', async (context) => {
  const google = await account(context);
  const place = await google.open(10, 'in pieces.jsonl');
  assert.equal(
    (await google.send(place, '12345', 0, 'upload')).headers.get('x-goog-upload-status'),
    'active',
  );
  const asked = await google.send(place, '', 0, 'query');
  assert.equal(asked.headers.get('x-goog-upload-size-received'), '5');
  assert.equal((await google.send(place, 'x', 7)).status, 400);
  const { headers, body } = await google.send(place, '67890', 5);
  assert.equal(headers.get('x-goog-upload-status'), 'final');
  const { name, displayName, sizeBytes, state } = body.file;
  assert.deepEqual([displayName, sizeBytes, state], ['in pieces.jsonl', '10', 'ACTIVE']);
  assert.equal((await google.ask('GET', `/v1beta/${name}`)).body.name, name);
  assert.equal((await google.send(place, '')).status, 404);
});

test('an upload of another length than was said is refused', async (context) => {
  const google = await account(context);
  assert.equal((await google.send(await google.open(10), '12345')).status, 400);
  assert.equal((await google.send(await google.open(3), '12345')).status, 400);
  assert.deepEqual((await google.ask('GET', '/v1beta/files')).body, {});
});

test('files are listed in pages, newest first, and are gone after two days', async (context) => {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const google = await account(context, { now: () => now });
  const names: string[] = [];
  for (const text of ['a', 'b', 'c']) names.unshift(await google.upload(`${text}\n`));
  const first = await google.ask('GET', '/v1beta/files?pageSize=2');
  const rest = await google.ask('GET', `/v1beta/files?pageSize=2&pageToken=${first.body.nextPageToken}`);
  const listed = [...first.body.files, ...rest.body.files].map(({ name }: { name: string }) => name);
  assert.deepEqual(listed, names);
  assert.equal(rest.body.nextPageToken, undefined);
  assert.equal((await google.ask('GET', '/v1beta/files?pageToken=x')).status, 400);
  assert.deepEqual((await google.ask('DELETE', `/v1beta/${names[0]}`)).body, {});
  const gone = await google.ask('GET', `/v1beta/${names[0]}`);
  assert.deepEqual([gone.status, /or it may not exist/.test(gone.body.error.message)], [403, true]);
  now += 48 * 3_600_000;
  assert.deepEqual((await google.ask('GET', '/v1beta/files')).body, {});
});

test('what was uploaded is not given back, and a batch reads a file that was deleted meanwhile', async (context) => {
  let now = 0;
  const google = await account(context, { now: () => now, latencyMs: 1000 });
  const file = await google.upload(`${JSON.stringify(line('a', 'One.'))}\n`);
  assert.equal((await google.ask('GET', `/v1beta/${file}:download?alt=media`)).status, 400);
  const { body: made } = await google.create(file);
  await google.ask('DELETE', `/v1beta/${file}`);
  now += 1000;
  const { body } = await google.ask('GET', `/v1beta/${made.name}`);
  assert.equal(body.metadata.state, 'BATCH_STATE_SUCCEEDED');
});
