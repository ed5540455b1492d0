// Every event in every state: which state follows, and what never happens whatever the order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advance, isTerminal, type Job, type JobEvent, type JobPart, type JobState } from '#core';
import { allStates, at, jobInState, jobOf, partOf, remoteOf } from './jobSamples.ts';

const rows = { succeeded: 3, failed: 0, expired: 0, cancelled: 0, missing: 0, surplus: 0 };
const later = '2026-11-21T11:00:00.000Z';

const events = {
  uploadStarted: { kind: 'uploadStarted', part: 1 },
  uploaded: { kind: 'uploaded', part: 1, inputFileId: 'file_2', message: null },
  createStarted: { kind: 'createStarted', part: 1, fence: null },
  created: { kind: 'created', part: 1, remote: remoteOf('validating') },
  createNotSent: { kind: 'createNotSent', part: 1, message: 'no route' },
  createUnclear: { kind: 'createUnclear', part: 1, candidates: [], message: 'no answer' },
  refused: { kind: 'refused', part: 1, message: 'OpenAI answered 400 invalid_value' },
  seenValidating: { kind: 'remoteSeen', part: 1, remote: remoteOf('validating') },
  seenRunning: { kind: 'remoteSeen', part: 1, remote: remoteOf('in_progress') },
  seenFinalizing: { kind: 'remoteSeen', part: 1, remote: remoteOf('finalizing') },
  seenCancelling: { kind: 'remoteSeen', part: 1, remote: remoteOf('cancelling') },
  seenCompleted: { kind: 'remoteSeen', part: 1, remote: remoteOf('completed') },
  seenExpired: { kind: 'remoteSeen', part: 1, remote: remoteOf('expired') },
  seenCancelled: { kind: 'remoteSeen', part: 1, remote: remoteOf('cancelled') },
  seenFailed: { kind: 'remoteSeen', part: 1, remote: remoteOf('failed') },
  seenUnknown: { kind: 'remoteSeen', part: 1, remote: remoteOf('paused') },
  downloaded: { kind: 'downloaded', part: 1, outputPath: '/o', errorPath: null },
  merged: { kind: 'merged', rows, costUsd: 1, usage: null, resultsPath: '/r', message: null },
  noted: { kind: 'noted', message: 'the link is down' },
  cancelRequested: { kind: 'cancelRequested' },
  dropped: { kind: 'dropped' },
  retried: { kind: 'retried', parts: [partOf({ part: 2, attempt: 2 })], retriesLeft: 0 },
} as const satisfies Record<string, JobEvent>;

type EventName = keyof typeof events;

/** `-`: the state stays. In the order of `allStates`, terminal states last. */
const columns = ['intended', 'uploading', 'unclear', 'submitted', 'running', 'finishing'] as const;
const table: Readonly<Record<Exclude<EventName, 'retried' | 'noted'>, string>> = {
  uploadStarted: 'uploading uploading - - - -',
  uploaded: '- - - - - -',
  createStarted: 'uploading - - - - -',
  createNotSent: '- - uploading - - -',
  createUnclear: 'unclear unclear unclear - - -',
  created: 'submitted submitted submitted submitted submitted submitted',
  refused: 'failed failed failed - - -',
  seenValidating: 'submitted submitted submitted submitted submitted submitted',
  seenRunning: 'running running running running running running',
  seenFinalizing: 'running running running running running running',
  seenCancelling: 'running running running running running running',
  seenCompleted: 'finishing finishing finishing finishing finishing finishing',
  seenExpired: 'finishing finishing finishing finishing finishing finishing',
  seenCancelled: 'finishing finishing finishing finishing finishing finishing',
  seenFailed: 'failed failed failed failed failed failed',
  seenUnknown: 'running running running running running running',
  downloaded: '- - - - - -',
  merged: 'cancelled cancelled cancelled done done done',
  cancelRequested: '- - - - - -',
  dropped: 'cancelled cancelled - - - -',
};

for (const [name, row] of Object.entries(table)) {
  test(`${name} in every state`, () => {
    const cells = row.split(' ');
    for (const [index, state] of columns.entries()) {
      const cell = cells[index] ?? '';
      const next = advance(jobInState[state], events[name as EventName], later);
      assert.equal(next.state, cell === '-' ? state : (cell as JobState), `${name} in ${state}`);
    }
  });
}

test('nothing but a note or a retry changes a job that is over', () => {
  for (const state of ['done', 'failed', 'expired', 'cancelled'] as const) {
    const job = jobInState[state];
    for (const [name, event] of Object.entries(events)) {
      const next = advance(job, event, later);
      if (name === 'retried') {
        assert.deepEqual([next.state, next.attempt, next.parts.length], ['intended', 2, 2]);
      } else if (name === 'noted') assert.equal(next.message, 'the link is down');
      else assert.equal(next, job, `${name} in ${state}`);
    }
  }
});

test('a job that is not over is not tried again', () => {
  for (const state of columns)
    assert.equal(advance(jobInState[state], events.retried, later), jobInState[state]);
});

test('a batch that is known is never forgotten, in any state, by any two events', () => {
  for (const state of allStates) {
    for (const first of Object.values(events)) {
      const once = advance(jobInState[state], first, later);
      for (const second of Object.values(events)) {
        const twice = advance(once, second, later);
        for (const job of [once, twice]) assertSound(jobInState[state], job);
      }
    }
  }
});

function assertSound(before: Job, after: Job): void {
  for (const part of before.parts) {
    const now = after.parts.find((one) => one.part === part.part);
    assert.ok(now, 'a part never goes away');
    if (part.remote !== null) assert.equal(now.remote?.batchId, part.remote.batchId);
    if (part.remote !== null) assert.equal(now.createStartedAt, part.createStartedAt);
  }
  if (isTerminal(before)) {
    assert.deepEqual(after.parts.slice(0, before.parts.length), before.parts);
  }
}

test('another batch than the one known is not taken for it, nor a part of another attempt', () => {
  const job = jobInState.running;
  const other = remoteOf('completed', { batchId: 'batch_2' });
  assert.equal(advance(job, { kind: 'remoteSeen', part: 1, remote: other }, later), job);
  const second = advance(jobInState.done, events.retried, later);
  assert.equal(advance(second, { kind: 'created', part: 1, remote: remoteOf('validating') }, later), second);
  assert.equal(advance(second, { kind: 'uploadStarted', part: 7 }, later), second);
});

test('times of upload and create are those of their events', () => {
  const uploading = advance(jobOf(), events.uploadStarted, later);
  assert.equal(uploading.parts[0]?.uploadStartedAt, later);
  const creating = advance(uploading, events.createStarted, later);
  assert.equal(creating.parts[0]?.createStartedAt, later);
  assert.equal(advance(creating, events.createNotSent, later).parts[0]?.createStartedAt, null);
  assert.equal(advance(creating, events.createUnclear, later).parts[0]?.createStartedAt, later);
  assert.deepEqual([uploading.updatedAt, uploading.createdAt], [later, at]);
});

test('a word the provider never used before is kept and shown', () => {
  const job = advance(jobInState.running, events.seenUnknown, later);
  assert.equal(job.parts[0]?.remote?.status, 'paused');
  assert.match(job.message ?? '', /"paused"/);
  assert.equal(advance(job, events.seenRunning, later).message, null);
});

test('a refused file fails with the code, the line and how many more there are', () => {
  const errors = [
    { code: 'duplicate_custom_id', message: 'It is a duplicate.', line: 4 },
    { code: 'invalid_url', message: 'No.', line: null },
  ];
  const event = { kind: 'remoteSeen', part: 1, remote: remoteOf('failed', { errors }) } as const;
  const { message } = advance(jobInState.submitted, event, later);
  assert.match(message ?? '', /duplicate_custom_id \(line 5\): It is a duplicate\. \(and 1 more\)/);
  assert.match(advance(jobInState.submitted, events.seenFailed, later).message ?? '', /without a reason/);
});

test('a job ends as its batch did', () => {
  const ends = { completed: 'done', expired: 'expired', cancelled: 'cancelled' } as const;
  for (const [status, state] of Object.entries(ends)) {
    const over = advance(
      jobInState.running,
      { kind: 'remoteSeen', part: 1, remote: remoteOf(status) },
      later,
    );
    const here = advance(over, events.downloaded, later);
    assert.equal(here.parts[0]?.outputPath, '/o');
    const merged = advance(here, events.merged, later);
    assert.deepEqual([merged.state, merged.resultsReady, merged.resultsPath], [state, true, '/r']);
    assert.deepEqual([merged.rows, merged.costUsd], [rows, 1]);
  }
});

test('only a job of which nothing can be at the provider is dropped', () => {
  const creating = jobOf({
    state: 'uploading',
    parts: [partOf({ inputFileId: 'file_1', createStartedAt: at })],
  });
  assert.equal(advance(creating, events.dropped, later), creating);
});

test('what a dropped job has uploaded is named', () => {
  const message = (facts: Partial<JobPart>): string =>
    advance(jobOf({ parts: [partOf(facts)] }), events.dropped, later).message ?? '';
  assert.equal(message({}), 'Cancelled before anything was sent.');
  assert.match(message({ inputFileId: 'file_1' }), /the upload file_1 is still at the provider/);
  const unanswered = message({ uploadStartedAt: at });
  assert.match(
    unanswered,
    new RegExp(`an upload whose name begins with ${jobOf().id} may be at the provider`),
  );
});

test('a trouble that is over is no longer spoken of', () => {
  const troubled = advance(jobInState.uploading, events.noted, later);
  assert.equal(troubled.message, 'the link is down');
  assert.equal(advance(troubled, events.uploaded, later).message, null);
  assert.equal(advance({ ...jobInState.running, message: 'x' }, events.seenRunning, later).message, null);
  assert.equal(advance({ ...jobInState.finishing, message: 'x' }, events.downloaded, later).message, null);
});
