import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  advance,
  isTerminal,
  type Job,
  type JobEvent,
  type JobPart,
  type JobState,
  nextAction,
  type RemoteBatch,
} from '#core';

const at = '2026-11-21T10:00:01.000Z';
const rows = { succeeded: 1, failed: 0, expired: 0, cancelled: 0, missing: 0, surplus: 0 };

function remote(status: string): RemoteBatch {
  return {
    ...{ batchId: 'batch-1', status, counts: null, outputFileId: null, errorFileId: null, errors: [] },
    ...{ createdAt: null, expiresAt: null, endedAt: null },
  };
}

function partOf(change: Partial<JobPart> = {}): JobPart {
  return {
    ...{ part: 1, attempt: 1, snapshot: '/s', sha256: 'x', sizeBytes: 1, requests: 1, uploadStartedAt: null },
    ...{
      inputFileId: null,
      createStartedAt: null,
      remote: null,
      downloaded: false,
      outputPath: null,
      errorPath: null,
    },
    ...change,
  };
}

function jobIn(state: JobState, part: Partial<JobPart> = {}): Job {
  return {
    ...{
      version: 1,
      id: 'j',
      name: 'n',
      file: '/a.jsonl',
      provider: 'openai',
      endpoint: '/v1/chat/completions',
    },
    account: { profile: 'openai', baseUrl: 'x', keyFingerprint: null },
    ...{ model: null, metadata: {}, state, attempt: 1, parts: [partOf(part)] },
    estimate: { inputTokens: null, batchUsd: { input: null, outputMax: null } },
    ...{
      resultsPath: '/a.results.jsonl',
      resultsReady: false,
      rows: null,
      costUsd: null,
      cancelRequested: false,
    },
    ...{ message: null, createdAt: '2026-11-21T10:00:00.000Z', updatedAt: '2026-11-21T10:00:00.000Z' },
  };
}

const events: readonly JobEvent[] = [
  { kind: 'uploadStarted', part: 1 },
  { kind: 'uploaded', part: 1, inputFileId: 'f' },
  { kind: 'createStarted', part: 1 },
  { kind: 'created', part: 1, remote: remote('validating') },
  { kind: 'createNotSent', part: 1, message: null },
  { kind: 'createUnclear', part: 1, message: 'm' },
  { kind: 'refused', message: 'no' },
  ...[
    'validating',
    'in_progress',
    'finalizing',
    'completed',
    'failed',
    'expired',
    'cancelling',
    'cancelled',
    'napping',
  ].map((status): JobEvent => ({ kind: 'remoteSeen', part: 1, remote: remote(status) })),
  { kind: 'downloaded', part: 1, outputPath: '/o', errorPath: null },
  { kind: 'merged', rows, costUsd: 1, resultsPath: '/r', message: null },
  { kind: 'noted', message: 'x' },
  { kind: 'cancelRequested' },
  { kind: 'dropped' },
  { kind: 'retried', parts: [partOf({ part: 2, attempt: 2 })] },
];
const open: readonly JobState[] = ['intended', 'uploading', 'submitted', 'running', 'finishing', 'unclear'];
const over: readonly JobState[] = ['done', 'failed', 'expired', 'cancelled'];

for (const state of over) {
  for (const event of events) {
    test(`${state} stays ${state} whatever comes late (${event.kind}), unless it is tried again`, () => {
      const before = jobIn(state, { remote: remote('completed') });
      const next = advance(before, event, at);
      if (event.kind === 'retried')
        assert.deepEqual([next.state, next.attempt, next.parts.length], ['intended', 2, 2]);
      else assert.deepEqual([next.state, next.parts], [state, before.parts]);
    });
  }
}

const afterRemote: Readonly<Record<string, JobState>> = {
  validating: 'submitted',
  in_progress: 'running',
  finalizing: 'running',
  completed: 'finishing',
  failed: 'failed',
  expired: 'finishing',
  cancelling: 'running',
  cancelled: 'finishing',
  napping: 'running',
};
for (const state of open) {
  for (const [status, expected] of Object.entries(afterRemote)) {
    test(`${state}, then the provider says ${status}: ${expected}`, () => {
      const next = advance(jobIn(state), { kind: 'remoteSeen', part: 1, remote: remote(status) }, at);
      assert.equal(next.state, expected);
      assert.equal(next.parts[0]?.remote?.status, status, 'kept as it came');
      assert.equal(next.updatedAt, at);
    });
  }
}

test('a word of the provider that is not known is shown', () => {
  assert.match(
    advance(
      jobIn('running'),
      events.find((e) => e.kind === 'remoteSeen' && e.remote.status === 'napping')!,
      at,
    ).message ?? '',
    /"napping"/,
  );
});

test('no event loses the batch id once it is known', () => {
  for (const state of [...open, ...over]) {
    for (const event of events) {
      const next = advance(jobIn(state, { remote: remote('in_progress'), createStartedAt: at }), event, at);
      assert.equal(next.parts[0]?.remote?.batchId, 'batch-1', `${state} ${event.kind}`);
    }
  }
});

test('merged ends as the provider ended it', () => {
  const merged: JobEvent = { kind: 'merged', rows, costUsd: null, resultsPath: '/r', message: null };
  for (const [status, state] of [
    ['completed', 'done'],
    ['expired', 'expired'],
    ['cancelled', 'cancelled'],
  ] as const) {
    assert.equal(advance(jobIn('finishing', { remote: remote(status) }), merged, at).state, state);
  }
});

const actions: readonly (readonly [string, Partial<JobPart>, boolean])[] = [
  ['upload', {}, false],
  ['drop', {}, true],
  ['create', { inputFileId: 'f' }, false],
  ['drop', { inputFileId: 'f' }, true],
  ['settle', { inputFileId: 'f', createStartedAt: at }, false],
  ['settle', { inputFileId: 'f', createStartedAt: at }, true],
  ['poll', { remote: remote('in_progress') }, false],
  ['cancel', { remote: remote('in_progress') }, true],
  ['poll', { remote: remote('cancelling') }, true],
  ['poll', { remote: remote('napping') }, false],
  ['download', { remote: remote('completed') }, false],
  ['merge', { remote: remote('completed'), downloaded: true }, true],
];
for (const [expected, part, cancelRequested] of actions) {
  test(`next is ${expected} for ${JSON.stringify(part)}${cancelRequested ? ' when cancelled' : ''}`, () => {
    assert.equal(nextAction({ ...jobIn('running', part), cancelRequested }).kind, expected);
  });
}

test('nothing is next when a job is over', () => {
  for (const state of over) {
    assert.equal(isTerminal(jobIn(state)), true);
    assert.equal(nextAction(jobIn(state)).kind, 'none');
  }
});
