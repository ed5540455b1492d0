// When is a file that no document shows checked, and what is said of it? Against real files and a check that is told when to end.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Configuration, defaultConfiguration } from '#core';
import { checkFile, type FileCheck } from '#files';
import type { SummaryParams } from '#server/protocol';
import { LargeFiles, type LargeFilesHost } from '../../server/largeFiles.ts';
import { folderFor, okLine, requestLine } from '../files/batchFixture.ts';

/** What was said, in order. */
class World {
  readonly said: string[] = [];
  readonly summaries: SummaryParams[] = [];
  checks = 0;
  running = 0;
  mostRunning = 0;
  config: Configuration = defaultConfiguration;
  readonly documents = new Set<string>();
  /** While it is there, checks wait for it. */
  hold: Promise<void> | null = null;
  readonly files: LargeFiles;
  readonly #waiting = new Set<() => void>();

  constructor(t: TestContext, more: Partial<LargeFilesHost> = {}) {
    this.files = new LargeFiles({
      pollMs: 5,
      settleMs: 10,
      monotonicMs: () => performance.now(),
      isDocument: (uri) => this.documents.has(uri),
      configFor: async () => this.config,
      check: (path, options) => this.#check(path, options),
      isWideBatch: () => false,
      publish: async (_, { problems }) => this.#say(`problems ${problems.map(({ code }) => code).join(' ')}`),
      summarize: (summary) => {
        this.summaries.push(summary);
        const { provider, limited } = summary;
        this.#say(
          `${provider === null ? 'nothing' : `${summary.requests} requests`}${limited ? `: ${limited}` : ''}`,
        );
      },
      clear: () => this.#say('cleared'),
      lose: (_, why) => this.#say(`lost: ${why}`),
      failed: (what, error) => this.#say(`failed: ${what} ${error}`),
      ...more,
    });
    t.after(() => this.files.dispose());
  }

  async #check(path: string, options: Parameters<LargeFilesHost['check']>[1]): Promise<FileCheck> {
    this.checks++;
    this.#say('check');
    options.signal.addEventListener('abort', () => this.#say('aborted'));
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      await this.hold;
      return await checkFile(path, {
        ...options,
        ...{ provider: 'auto', maxProblems: 10, today: '2026-11-21', estimate: 'summary' },
      });
    } finally {
      this.running--;
    }
  }

  #say(what: string): void {
    this.said.push(what);
    for (const check of this.#waiting) check();
  }

  /** Until it has been said so often. */
  async until(pattern: RegExp, times = 1): Promise<void> {
    const holds = (): boolean => this.said.filter((one) => pattern.test(one)).length >= times;
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(
        () => reject(new Error(`${pattern} was not said ${times} times: ${this.said.join(' | ')}`)),
        120_000,
      );
      this.#waiting.add(check);
      check();
    });
  }

  /** A few looks later. */
  async looked(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

function batch(
  t: TestContext,
  lines: readonly string[],
): { readonly path: string; readonly uri: string; write(lines: readonly string[]): void } {
  const folder = folderFor(t);
  const path = folder.lines('x.jsonl', lines);
  const write = (all: readonly string[]): void => {
    writeFileSync(join(folder.path, 'new'), all.map((line) => `${line}\n`).join(''));
    renameSync(join(folder.path, 'new'), path);
  };
  return { path, uri: pathToFileURL(path).href, write };
}

const done = /: checked from disk/;

test('a file is checked when it comes, with its totals and estimate', async (t) => {
  const world = new World(t);
  const { uri } = batch(t, [requestLine('a'), requestLine('a')]);
  world.files.list([uri]);
  await world.until(done);
  assert.ok(world.said.includes('problems id.duplicate id.duplicate'));
  const last = world.summaries.at(-1);
  assert.ok(last?.provider === 'openai' && last.estimate !== null && last.estimate.inputTokens !== null);
  assert.deepEqual([last.requests, last.counts.error, last.version, last.counting], [2, 2, null, false]);
  assert.match(last.limited ?? '', /^checked from disk \(\d+ bytes\)$/);
});

test('a file that is replaced, or written with the same size and time, is checked again', async (t) => {
  const world = new World(t);
  const { path, uri, write } = batch(t, [requestLine('a'), requestLine('a')]);
  utimesSync(path, 1000, 1000);
  world.files.list([uri]);
  await world.until(done);
  write([requestLine('a'), requestLine('b')]);
  utimesSync(path, 1000, 1000);
  await world.until(done, 2);
  assert.equal(world.said.filter((one) => one.startsWith('problems')).at(-1), 'problems ');
  await world.looked();
  const { checks } = world;
  await world.looked();
  assert.equal(world.checks, checks, 'and then it rests');
});

test('a file that is written while it is checked is not told of by half, and waited for', async (t) => {
  const world = new World(t);
  const { uri, write } = batch(t, [requestLine('a')]);
  let go = (): void => {};
  world.hold = new Promise((resolve) => {
    go = resolve;
  });
  world.files.list([uri]);
  await world.until(/^check$/);
  write([requestLine('a'), requestLine('b')]);
  await world.until(/^aborted$/);
  go();
  world.hold = null;
  await world.until(done);
  assert.deepEqual(
    world.said.filter((one) => /requests/.test(one)).map((one) => one.split(':')[0]),
    ['2 requests'],
  );
});

test('a file that vanishes is told of once, and checked when it comes back', async (t) => {
  const world = new World(t);
  const { path, uri, write } = batch(t, [requestLine('a')]);
  world.files.list([uri]);
  await world.until(done);
  rmSync(path);
  await world.until(/^lost: There is no file x\.jsonl any more; save it again to have it checked\.$/);
  await world.looked();
  assert.equal(world.said.filter((one) => one.startsWith('lost')).length, 1);
  write([requestLine('b')]);
  await world.until(done, 2);
});

test('what cannot be read is told of, and checked when it can be', async (t) => {
  const world = new World(t);
  const { path, uri, write } = batch(t, []);
  rmSync(path);
  mkdirSync(path);
  world.files.list([uri]);
  await world.until(/^lost: .*x\.jsonl is a folder; name a file in it\.$/);
  rmSync(path, { recursive: true });
  write([requestLine('a')]);
  await world.until(done);
});

test('of a file that is none of ours nothing is said', async (t) => {
  const world = new World(t);
  const { path, uri, write } = batch(t, ['{"level":"info"}']);
  world.files.list([uri]);
  await world.until(/^cleared$/);
  assert.deepEqual(world.summaries, []);
  write([requestLine('a')]);
  await world.until(done);
  write(['{"level":"info"}']);
  await world.until(/^cleared$/, 2);
  rmSync(path);
  await world.looked();
  assert.ok(!world.said.some((one) => one.startsWith('lost')), 'nor when it is gone');
  write([requestLine('a')]);
  await world.until(done, 2);
});

test('results have problems and no totals', async (t) => {
  const world = new World(t);
  const { uri } = batch(t, [okLine('a'), okLine('a')]);
  world.files.list([uri]);
  await world.until(/^nothing$/);
  assert.ok(world.said.some((one) => one.includes('id.duplicate')));
});

test('another configuration checks again what it changes, and nothing else', async (t) => {
  const world = new World(t);
  const { uri } = batch(t, [requestLine('a'), requestLine('a')]);
  world.files.list([uri]);
  await world.until(done);
  world.config = { ...defaultConfiguration, severity: {} };
  world.files.configurationChanged();
  await world.looked();
  assert.equal(world.checks, 1, 'the same configuration');
  world.config = { ...defaultConfiguration, severity: { 'id.duplicate': 'off' } };
  world.files.configurationChanged();
  await world.until(done, 2);
  assert.ok(world.said.includes('problems '));
});

test('a document of the same name takes over and gives back', async (t) => {
  const world = new World(t);
  const { uri, write } = batch(t, [requestLine('a')]);
  world.files.list([uri]);
  await world.until(done);
  world.documents.add(uri);
  world.files.documentOpened(uri);
  const said = world.said.length;
  write([requestLine('b'), requestLine('b')]);
  world.files.list([uri]);
  await world.looked();
  assert.equal(world.said.length, said);
  world.documents.delete(uri);
  world.files.documentClosed(uri);
  await world.until(/id\.duplicate/);
  world.files.list([]);
  assert.equal(world.said.at(-1), 'cleared');
});

test('files are checked one after the other, and a closed one holds up nobody', async (t) => {
  const world = new World(t);
  const files = Array.from({ length: 3 }, (_, index) => batch(t, [requestLine(`row-${index}`)]));
  world.files.list(files.map(({ uri }) => uri));
  world.files.list(files.slice(1).map(({ uri }) => uri));
  await world.until(done, 2);
  assert.equal(world.mostRunning, 1);
});

test('first problems come before the others, and progress is told', async (t) => {
  let nowMs = 0;
  const rest = { provider: 'auto', maxProblems: 10, today: '2026-11-21', estimate: 'summary' } as const;
  const world = new World(t, {
    // A second goes by between any two looks at the clock.
    monotonicMs: () => {
      nowMs += 1000;
      return nowMs;
    },
    check: async (path, { onFirst, onProgress, ...options }) => {
      const check = await checkFile(path, { ...options, ...rest });
      onFirst({ ...check, report: { ...check.report, requests: 1, problems: [] }, readBytes: 10 });
      await new Promise((resolve) => setImmediate(resolve));
      onProgress(check.report.sizeBytes / 2);
      return check;
    },
  });
  const { uri, write } = batch(t, [requestLine('a'), requestLine('a')]);
  world.files.list([uri]);
  await world.until(done);
  const firstTime = world.said.length;
  assert.deepEqual(world.said, [
    'problems ',
    '1 requests: checking from disk, 0 % of 274 bytes',
    '1 requests: checking from disk, 50 % of 274 bytes',
    'problems id.duplicate id.duplicate',
    '2 requests: checked from disk (274 bytes)',
  ]);
  // What is on show stays until there is better: problems do not come and go with every save.
  write([requestLine('a'), requestLine('a'), requestLine('b')]);
  await world.until(done, 2);
  const again = world.said.slice(firstTime).filter((one) => !/being written/.test(one));
  assert.deepEqual(
    [...new Set(again)],
    [
      '2 requests: checking from disk, 0 % of 411 bytes',
      '2 requests: checking from disk, 50 % of 411 bytes',
      'problems id.duplicate id.duplicate',
      '3 requests: checked from disk (411 bytes)',
    ],
  );
});
