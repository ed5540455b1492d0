// What happens at once and in the wrong order: edits, settings and failures while a session is at work.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { configurationOf, type FileReport, type LineEstimate } from '#core';
import { DocumentSession, type SessionHost } from '../../server/documentSession.ts';
import { summaryLine, summaryOf } from '../../server/summary.ts';
import { requestLine } from '../files/batchFixture.ts';

interface World extends SessionHost {
  readonly reports: (FileReport | null)[];
  readonly failures: string[];
}

const unknown = { input: null, outputMax: null };
const noEstimate: LineEstimate = {
  customId: null,
  model: null,
  modelKnown: false,
  inputTokens: null,
  inputMethod: 'unknown',
  inputErrorPercent: null,
  outputMaxTokens: null,
  batchUsd: unknown,
  syncUsd: unknown,
  cacheablePrefix: null,
  listedBatchUsd: null,
  pricedBy: null,
  cacheWriteUsd: { batch: 0, sync: 0 },
  expectedUsd: { batch: null, sync: null },
  outputExpected: null,
};

function world(own: Partial<SessionHost> = {}): World {
  const reports: (FileReport | null)[] = [];
  const failures: string[] = [];
  return {
    reports,
    failures,
    debounceMs: 0,
    today: () => '2026-11-21',
    // Time stands still, so that a check takes the same number of turns on any machine.
    monotonicMs: () => 0,
    configFor: async () => configurationOf(),
    bytesOf: async () => null,
    estimate: async ({ texts }) => texts.map(() => noEstimate),
    publish: (_, report) => reports.push(report),
    counted: () => {},
    failed: (what) => failures.push(what),
    ...own,
  };
}

function open(test: TestContext, lines: readonly string[], host: SessionHost): DocumentSession {
  const session = new DocumentSession('untitled:x', 1, lines.join('\n'), host);
  test.after(() => session.dispose());
  session.schedule(0);
  return session;
}

/** Until nothing that was begun is left to do. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('severities that change while a check is under way are those of the last report', async (t) => {
  let config = configurationOf();
  const host = world({
    configFor: async () => config,
    // Each line fills a slice, so that the check gives way after each.
    monotonicMs: (
      (now) => () =>
        (now += 11)
    )(0),
  });
  const session = open(t, [requestLine('a'), requestLine('a')], host);
  await new Promise((resolve) => setImmediate(resolve));
  config = configurationOf({ severity: { 'id.duplicate': 'off' } });
  session.schedule(0);
  await rest();
  assert.equal(host.reports.at(-1)?.counts.error, 0);
});

test('lines below many blank ones decide whose file it is too', async (t) => {
  const host = world();
  const session = open(t, [...new Array<string>(60).fill(''), '{"messages":[]}'], host);
  await rest();
  assert.equal(session.isBatchFile, false);
  const range = { start: { line: 60, character: 0 }, end: { line: 60, character: 15 } };
  session.change([{ range, text: requestLine('a') }], 2);
  await rest();
  assert.equal(session.isBatchFile, true);
  assert.equal(host.reports.at(-1)?.requests, 1);
});

test('a replacement everywhere in a large file comes as one change of many parts', async (t) => {
  const host = world();
  const session = open(t, new Array<string>(2000).fill(requestLine('a')), host);
  const changes = Array.from({ length: 150_000 }, (_, index) => {
    const at = { line: index % 2000, character: 0 };
    return { range: { start: at, end: at }, text: ' ' };
  });
  session.change(changes, 2);
  await rest();
  assert.equal(session.document.textOf(1), ' '.repeat(75) + requestLine('a'));
  assert.equal(host.reports.at(-1)?.requests, 2000);
});

test('a batch of lines that cannot be counted is left out and said; the others are counted', async (t) => {
  const lines = Array.from({ length: 300 }, (_, index) => requestLine(`id-${index}`));
  const host = world({
    estimate: async ({ texts }) => {
      if (texts.some((text) => text.includes('id-5"'))) throw new Error('A worker stopped.');
      return texts.map(() => noEstimate);
    },
  });
  const session = open(t, lines, host);
  await rest();
  assert.deepEqual(host.failures, ['Tokens could not be counted']);
  assert.equal(session.counting, false);
  assert.equal(session.estimate.requests, 44);
  const summary = summaryOf(session);
  assert.ok(summary);
  assert.match(summaryLine(summary), /tokens of 256 requests could not be counted/);
  session.schedule(0);
  await rest();
  assert.deepEqual(host.failures, ['Tokens could not be counted'], 'not tried again before it changes');
});

test('a failure inside a check is reported and the next check goes on', async (t) => {
  let broken = true;
  const host = world({
    configFor: async () => {
      if (broken) throw new Error('nobody expected this');
      return configurationOf();
    },
  });
  const session = open(t, [requestLine('a')], host);
  await rest();
  assert.deepEqual(host.failures, ['A check failed']);
  broken = false;
  session.schedule(0);
  await rest();
  assert.equal(host.reports.at(-1)?.requests, 1);
});

test('nothing is said of a document that was closed during its check', async (t) => {
  const host = world();
  const session = open(t, [requestLine('a')], host);
  session.dispose();
  await rest();
  assert.deepEqual(host.reports, []);
  assert.deepEqual(host.failures, []);
});
