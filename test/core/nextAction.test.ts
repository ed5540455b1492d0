// What comes next, read from the record alone: the same after a restart as without one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Job, type JobPart, nextAction } from '#core';
import { allStates, at, jobInState, jobOf, partOf, remoteOf } from './jobSamples.ts';

const nowMs = Date.parse(at);

const uploaded = { uploadStartedAt: at, inputFileId: 'file_1' };
const sent = { ...uploaded, createStartedAt: at };
const running = { ...sent, remote: remoteOf('in_progress') };
const over = { ...sent, remote: remoteOf('completed') };

function kindOf(part: Partial<JobPart>, job: Partial<Job> = {}): string {
  return nextAction(jobOf({ state: 'uploading', parts: [partOf(part)], ...job }), nowMs).kind;
}

test('one action for each step of a job', () => {
  assert.equal(kindOf({}), 'upload');
  assert.equal(kindOf({ uploadStartedAt: at }), 'upload');
  assert.equal(kindOf(uploaded), 'create');
  assert.equal(kindOf(sent), 'settle');
  assert.equal(kindOf(running), 'poll');
  assert.equal(kindOf({ ...sent, remote: remoteOf('paused') }), 'poll');
  assert.equal(kindOf(over), 'download');
  assert.equal(kindOf({ ...over, downloaded: true }), 'merge');
});

test('a create that was begun is never begun again, whatever else is known', () => {
  for (const cancelRequested of [false, true]) {
    for (const state of allStates) {
      const { kind } = nextAction(jobOf({ state, cancelRequested, parts: [partOf(sent)] }), nowMs);
      assert.ok(kind === 'settle' || kind === 'none', `${kind} in ${state}`);
    }
  }
});

test('what is to be cancelled is not sent, settled first where it may have been sent, then cancelled once', () => {
  const cancelRequested = true;
  assert.equal(kindOf({}, { cancelRequested }), 'drop');
  assert.equal(kindOf(uploaded, { cancelRequested }), 'drop');
  assert.equal(kindOf(sent, { cancelRequested }), 'settle');
  assert.equal(kindOf(running, { cancelRequested }), 'cancel');
  assert.equal(kindOf({ ...sent, remote: remoteOf('cancelling') }, { cancelRequested }), 'poll');
  assert.equal(kindOf({ ...sent, remote: remoteOf('cancelled') }, { cancelRequested }), 'download');
});

test('with several parts, those that run are cancelled and those that wait are not sent', () => {
  const waiting = partOf({ part: 2 });
  const both = { parts: [partOf(running), waiting], cancelRequested: true };
  assert.equal(nextAction(jobOf({ ...both, state: 'running' }), nowMs).kind, 'cancel');
  const ended = { ...both, parts: [partOf({ ...over, downloaded: true }), waiting] };
  assert.equal(nextAction(jobOf({ ...ended, state: 'finishing' }), nowMs).kind, 'merge');
});

test('earlier attempts are over', () => {
  const parts = [partOf({ ...over, downloaded: true }), partOf({ part: 2, attempt: 2 })];
  const action = nextAction(jobOf({ attempt: 2, parts }), nowMs);
  assert.equal(action.kind === 'upload' ? action.part.part : null, 2);
});

test('a job that is over needs nothing', () => {
  for (const state of ['done', 'failed', 'expired', 'cancelled'] as const) {
    assert.equal(nextAction(jobInState[state], nowMs).kind, 'none');
  }
});
