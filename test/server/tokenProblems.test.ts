// Problems that counts bring: after any edits those of a fresh document, and those of the same text on disk.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { configurationOf, type FileReport, type Problem } from '#core';
import { checkFile } from '#files';
import { estimateLines } from '../../files/pass/estimateLines.ts';
import { DocumentSession, type SessionHost } from '../../server/documentSession.ts';
import { summaryOf } from '../../server/summary.ts';
import { fileChecking, today } from '../checking.ts';
import { folderFor } from '../files/batchFixture.ts';

/** Small enough that lines of a few words pass them. */
const config = configurationOf({
  prices: { 'gpt-6-luna': { contextTokens: 40 }, 'text-embedding-3-small': { contextTokens: 30 } },
  queueTokens: { 'gpt-6-luna': 100, 'gpt-4o-mini': 60 },
});

interface World extends SessionHost {
  last: FileReport | null;
  published: number;
}

function world(): World {
  const host: World = {
    last: null,
    published: 0,
    debounceMs: 0,
    today: () => today,
    monotonicMs: () => performance.now(),
    configFor: async () => config,
    bytesOf: async () => null,
    estimate: (lines) => estimateLines(lines),
    publish: (_, report) => {
      host.last = report;
      host.published++;
    },
    counted: () => {},
    failed: (what, error) => assert.fail(`${what}: ${String(error)}`),
  };
  return host;
}

async function atRest(session: DocumentSession): Promise<void> {
  for (let turn = 0; turn < 20 || session.counting; turn++) {
    await session.settled();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const shown = ({ line, start, severity, code, message }: Problem): string =>
  `${line}:${start} ${severity} ${code} ${message}`;
const problemsOf = (report: FileReport | null): readonly string[] => report?.problems.map(shown) ?? [];

const words = fc.array(fc.constantFrom('delivery', 'was', 'late', '世界', '🙂', 'Überraschung'), {
  maxLength: 60,
  size: 'max',
});
const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({
        id: fc.nat(99),
        model: fc.constantFrom('gpt-6-luna', 'gpt-4o-mini', 'gpt-6-sol'),
        words,
        most: fc.constantFrom(1, 20),
      })
      .map(({ id, model, words: said, most }) =>
        JSON.stringify({
          custom_id: `r-${id}`,
          method: 'POST',
          url: '/v1/chat/completions',
          body: { model, messages: [{ role: 'user', content: said.join(' ') }], max_completion_tokens: most },
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.array(words, { maxLength: 3 }).map((texts) =>
      JSON.stringify({
        custom_id: 'e',
        method: 'POST',
        url: '/v1/embeddings',
        body: { model: 'text-embedding-3-small', input: ['x', ...texts.map((said) => `${said.join(' ')}.`)] },
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '{', '{"custom_id":"a"}') },
);
const edit = fc.record({ at: fc.nat(12), remove: fc.nat(3), insert: fc.array(line, { maxLength: 3 }) });

test('after any edits problems and totals are those of a fresh document, and problems those of the file on disk', async (t) => {
  const folder = folderFor(t);
  const path = join(folder.path, 'x.jsonl');
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 8 }),
      fc.array(edit, { maxLength: 5 }),
      async (start, edits) => {
        let lines = [...start];
        const host = world();
        const session = new DocumentSession('untitled:x', 1, lines.join('\n'), host);
        session.schedule(0);
        for (const [index, { at, remove, insert }] of edits.entries()) {
          if (index % 2 === 0) await atRest(session);
          const from = Math.min(at, lines.length - 1);
          const count = Math.min(remove + 1, lines.length - from);
          const replaced = insert.length === 0 ? [''] : insert;
          const last = lines[from + count - 1] ?? '';
          const range = {
            start: { line: from, character: 0 },
            end: { line: from + count - 1, character: last.length },
          };
          lines = [...lines.slice(0, from), ...replaced, ...lines.slice(from + count)];
          session.change([{ range, text: replaced.join('\n') }], index + 2);
        }
        await atRest(session);
        session.dispose();
        const freshHost = world();
        const fresh = new DocumentSession('untitled:x', 1, lines.join('\n'), freshHost);
        fresh.schedule(0);
        await atRest(fresh);
        fresh.dispose();
        assert.deepEqual(host.last, freshHost.last);
        assert.deepEqual({ ...summaryOf(session), version: 0 }, { ...summaryOf(fresh), version: 0 });
        if (host.last === null) return;
        writeFileSync(path, lines.join('\n'));
        const { report } = await checkFile(path, { ...fileChecking, config, maxProblems: 1000 });
        assert.deepEqual(problemsOf(report), problemsOf(host.last));
        passed += report.problems.filter(({ code }) => code.startsWith('tokens.')).length;
      },
    ),
    { seed: 21, numRuns: 60 },
  );
  assert.ok(passed > 50, `only ${passed} problems of tokens were compared`);
});

test('problems that counts bring are published once, when all are there', async (t) => {
  const host = world();
  const text = 'delivery was late '.repeat(30);
  const body = { model: 'gpt-6-luna', messages: [{ role: 'user', content: text }] };
  const request = (id: number): string =>
    JSON.stringify({ custom_id: String(id), method: 'POST', url: '/v1/chat/completions', body });
  // So few that problems found so far are not shown between, however slow the machine is.
  const lines = Array.from({ length: 990 }, (_, id) => request(id));
  const session = new DocumentSession('untitled:x', 1, lines.join('\n'), host);
  t.after(() => session.dispose());
  session.schedule(0);
  await atRest(session);
  assert.equal(problemsOf(host.last).filter((one) => one.includes('tokens.context')).length, 990);
  assert.equal(host.last?.counts.warning, 991, 'and the queue');
  assert.ok(host.published <= 3, String(host.published));
});
