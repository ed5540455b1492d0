// What is pointed out of a job, and when: at each threshold and just before it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Alert, alertsOf, type Job, noThresholds } from '#core';
import { at, jobInState, jobOf, partOf, remoteOf } from './jobSamples.ts';

const startMs = Date.parse(at);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function kindsOf(alerts: readonly Alert[]): readonly string[] {
  return alerts.map(({ kind }) => kind);
}

function running(change: Parameters<typeof remoteOf>[1], job: Partial<Job> = {}): Job {
  const remote = remoteOf('in_progress', { createdAt: at, ...change });
  return jobOf({ state: 'running', parts: [partOf({ createStartedAt: at, remote })], ...job });
}

function rowsOf(succeeded: number, failed: number, cancelled = 0): Job['rows'] {
  return { succeeded, failed, expired: 0, cancelled, missing: 0, surplus: 0 };
}

test('no state has an alert at once, nor a job that is done long ago', () => {
  for (const job of Object.values(jobInState)) assert.deepEqual(alertsOf(job, startMs), []);
  assert.deepEqual(alertsOf({ ...jobInState.done, rows: rowsOf(3, 0) }, startMs + 100 * dayMs), []);
});

test('fewer than 95 % succeeded: exactly 95 % will do, and what somebody cancelled does not count', () => {
  const rate = (succeeded: number, failed: number, cancelled = 0): readonly string[] =>
    alertsOf({ ...jobInState.done, rows: rowsOf(succeeded, failed, cancelled) }, startMs).map(
      ({ message }) => message,
    );
  assert.deepEqual(rate(95, 5), []);
  assert.deepEqual(rate(9_499, 501), ['Only 94.9 % of 10,000 requests succeeded; 95 % are expected.']);
  assert.deepEqual(rate(0, 1), ['Only 0 % of 1 request succeeded; 95 % are expected.']);
  assert.deepEqual(rate(10, 0, 90), []);
  assert.deepEqual(rate(0, 0, 90), []);
});

test('while it runs the rate is the provider’s, once there are enough', () => {
  const counts = (completed: number, failed: number): readonly string[] =>
    kindsOf(alertsOf(running({ counts: { total: 100, completed, failed } }), startMs));
  assert.deepEqual(counts(0, 19), []);
  assert.deepEqual(counts(18, 2), ['completion']);
  assert.deepEqual(counts(19, 1), []);
  // Zero there is no count: Anthropic counts at the end.
  assert.deepEqual(
    alertsOf(
      running({ counts: { total: 100, completed: 0, failed: 0 } }, { provider: 'anthropic' }),
      startMs,
    ),
    [],
  );
});

test('running for longer than 12 hours, or than somebody said', () => {
  const job = running({ expiresAt: new Date(startMs + 10 * dayMs).toISOString() });
  assert.deepEqual(alertsOf(job, startMs + 12 * hourMs), []);
  const [alert] = alertsOf(job, startMs + 12 * hourMs + 1);
  assert.equal(alert?.kind, 'running');
  assert.equal(alert?.message, 'It has been running for 12 h, longer than the expected 12 h.');
  assert.deepEqual(kindsOf(alertsOf(job, startMs + 2 * hourMs, { ...noThresholds, runningHours: 1 })), [
    'running',
  ]);
});

test('a batch that expires soon, by its own word or by what its provider does', () => {
  const soon = startMs + 22 * hourMs;
  const counts = { total: 3, completed: 1, failed: 0 };
  const [alert] = alertsOf(running({ counts }), soon);
  assert.equal(alert?.kind, 'expiry');
  assert.match(alert?.message ?? '', /^The batch expires in 2 h; 1 of 3 requests are done/);
  assert.deepEqual(kindsOf(alertsOf(running({ counts }), soon - 1)), ['running']);
  assert.deepEqual(kindsOf(alertsOf(running({}, { provider: 'azure' }), soon)), ['running']);
  const gemini = running({ status: 'JOB_STATE_RUNNING' }, { provider: 'gemini' });
  assert.deepEqual(kindsOf(alertsOf(gemini, soon)), ['running']);
  const late = alertsOf(gemini, startMs + 47 * hourMs);
  assert.match(late[0]?.message ?? '', /nothing comes back/);
  assert.match(alertsOf(running({}), startMs + 25 * hourMs)[0]?.message ?? '', /should have ended/);
});

test('results that are not here are pointed out before the provider deletes them', () => {
  const over = partOf({ remote: remoteOf('completed', { createdAt: at, endedAt: at, outputFileId: 'f' }) });
  const job = jobOf({ state: 'finishing', parts: [over] });
  const at27 = new Date(startMs + 27 * dayMs).toISOString();
  assert.deepEqual(alertsOf({ ...job, updatedAt: at27 }, startMs + 27 * dayMs - 1), []);
  const [alert] = alertsOf({ ...job, updatedAt: at27 }, startMs + 27 * dayMs);
  assert.equal(
    alert?.message,
    'The results of the batch are not here, and the provider deletes them in 3 days.',
  );
  const here = jobOf({ state: 'finishing', updatedAt: at27, parts: [{ ...over, downloaded: true }] });
  assert.deepEqual(alertsOf(here, startMs + 29 * dayMs - 47 * hourMs), []);
  const gone = alertsOf({ ...job, updatedAt: at27 }, startMs + 31 * dayMs);
  assert.match(gone[0]?.message ?? '', /may have deleted them already/);
  // Nobody looked since it ran: as if it had taken its whole day.
  assert.deepEqual(kindsOf(alertsOf(running({}), startMs + 28 * dayMs + 1)), [
    'results',
    'expiry',
    'running',
  ]);
});

test('stuck: unclear, not sent, or not fetched for more than an hour', () => {
  const late = startMs + hourMs + 60_000;
  const wordsOf = (job: Job): readonly string[] => alertsOf(job, late).map(({ message }) => message);
  assert.deepEqual(wordsOf(jobInState.unclear), [
    'For 1 h it has not been certain whether the provider has the batch.',
  ]);
  assert.equal(alertsOf(jobInState.unclear, late)[0]?.action, 'resolve');
  assert.deepEqual(wordsOf(jobInState.intended), ['It is not sent yet, and nothing has happened for 1 h.']);
  assert.deepEqual(wordsOf(jobInState.finishing), [
    'It is over at the provider, and its results have not been fetched for 1 h.',
  ]);
  assert.deepEqual(wordsOf(jobInState.running), []);
  assert.deepEqual(alertsOf(jobInState.unclear, startMs + hourMs), []);
});

test('a time that cannot be read says nothing, in any state', () => {
  const broken = running({ createdAt: 'yesterday', expiresAt: '?', endedAt: '' });
  const job = {
    ...broken,
    updatedAt: 'never',
    parts: broken.parts.map((part) => ({ ...part, createStartedAt: '' })),
  };
  assert.deepEqual(alertsOf(job, startMs + 100 * dayMs), []);
});
