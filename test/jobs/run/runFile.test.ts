// Is each row sent as often as it must be and no more, is nothing answered lost, and does each row end up in the results?
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { merge } from '#files';
import { lookAtRun, pruneRuns, type RunAnswer, type RunReport, runFolderOf } from '#jobs';
import { answered, chat, line, linesOf, problem, RunWorld, refused } from './runWorld.ts';

const statuses = (world: RunWorld): string =>
  world
    .rows()
    .map(({ status }) => status[0])
    .join('');

/** USD of all rows, and how many of them have no known price. */
function costOf({ merged }: RunReport): readonly [number | null, number] {
  assert.equal(merged.kind, 'merged');
  return merged.kind === 'merged' ? [merged.costUsd, merged.unpricedRows] : [0, 0];
}

describe('a run', () => {
  test('every row once, in source order, at the price of requests that are answered at once', async (context) => {
    const world = new RunWorld(context, ['', ...linesOf(20)]);
    const ran = await world.ran(async (text, call) => {
      // Until then the others are still to come.
      while (world.mostUnderWay < 4 && call < 4) await new Promise(setImmediate);
      return answered(chat(`answer to ${text}`));
    });
    assert.deepEqual([...world.calls].sort(), [...new Set(world.calls)].sort());
    assert.equal(world.calls.length, 20);
    assert.equal(world.mostUnderWay, 4);
    assert.deepEqual(ran.end, { kind: 'finished' });
    const rows = world.rows();
    assert.deepEqual(
      rows.map(({ custom_id, text, line: at }) => [custom_id, text, at]),
      Array.from({ length: 20 }, (_, at) => [`r${at + 1}`, `answer to r${at + 1}`, at + 2]),
    );
    // gpt-4o-mini: 0.15 and 0.60 USD a million (OpenAI's list, 2026-11); half of it in a batch.
    assert.equal(rows[0]?.cost_usd, 0.000021);
  });

  test('the source is not touched; records are private', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    const before = readFileSync(world.file);
    await world.ran(() => answered(chat('yes')));
    assert.deepEqual(readFileSync(world.file), before);
    assert.deepEqual(readdirSync(world.folder).sort(), ['home', 'rows.jsonl', 'rows.results.jsonl']);
  });

  test('what changed since it was checked is not sent', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    const { identity } = world;
    Object.defineProperty(world, 'identity', { value: identity });
    appendFileSync(world.file, `${line('r3')}\n`);
    const answer = await world.run(() => answered(chat('yes')));
    assert.equal(answer.kind, 'problem');
    assert.equal(world.calls.length, 0);
  });

  test('a row that cannot be sent is refused here, and the others run', async (context) => {
    const world = new RunWorld(context, [
      line('a'),
      '{"custom_id":"b","url":"/v1/responses"}',
      'nonsense',
      line('c'),
    ]);
    await world.ran(() => answered(chat('yes')));
    assert.deepEqual(world.calls.sort(), ['a', 'c']);
    assert.equal(statuses(world), 'sfms');
    assert.equal(world.rows()[1]?.error?.code, 'not_sendable');
  });
});

describe('what fails', () => {
  test('a refusal is final, also for the next run; a failure is tried five times, and again by the next', async (context) => {
    const world = new RunWorld(context, [line('good'), line('bad'), line('weak')]);
    const reply = (text: string) =>
      text === 'good' ? answered(chat('yes')) : refused(text === 'bad' ? 400 : 500, `${text}_code`);
    const ran = await world.ran(reply);
    assert.equal(world.calls.filter((text) => text === 'bad').length, 1);
    assert.equal(world.calls.filter((text) => text === 'weak').length, 5);
    assert.equal(statuses(world), 'sff');
    assert.equal(world.rows()[1]?.error?.code, 'bad_code');
    assert.deepEqual(ran.rows, { answered: 1, refused: 1, failed: 1, unclear: 0, unanswered: 0 });
    world.calls.length = 0;
    const again = await world.ran(() => answered(chat('now')));
    assert.deepEqual(world.calls, ['weak']);
    assert.equal(statuses(world), 'sfs');
    assert.equal(world.rows()[2]?.attempt, 2);
    assert.deepEqual(again.rows, { answered: 2, refused: 1, failed: 0, unclear: 0, unanswered: 0 });
  });

  test('too many requests: it waits as long as it is told, and no row is lost', async (context) => {
    const world = new RunWorld(context, linesOf(10));
    const ran = await world.ran((_, call) =>
      call <= 3 ? refused(429, 'rate_limit_exceeded', { retryAfterMs: 5000 }) : answered(chat('yes')),
    );
    assert.ok(world.waits.includes(5000), String(world.waits));
    assert.equal(ran.tally.busy, 3);
    assert.equal(statuses(world), 's'.repeat(10));
    assert.equal(world.calls.length, 13);
  });

  test('a provider that never takes a request is given up, and nothing counts as unclear', async (context) => {
    const world = new RunWorld(context, linesOf(3));
    const ran = await world.ran(() => refused(429, 'rate_limit_exceeded'));
    assert.equal(ran.end.kind, 'stopped');
    assert.ok(world.calls.length < 70, String(world.calls.length));
    assert.deepEqual(ran.rows, { answered: 0, refused: 0, failed: 0, unclear: 0, unanswered: 0 });
    assert.equal(statuses(world), 'mmm');
    world.calls.length = 0;
    await world.ran(() => answered(chat('yes')));
    assert.equal(world.calls.length, 3);
  });

  for (const [status, code] of [
    [401, 'invalid_api_key'],
    [402, 'payment_required'],
    [429, 'insufficient_quota'],
    [302, 'moved'],
  ] as const) {
    test(`${status} ${code} stops all of it at once`, async (context) => {
      const world = new RunWorld(context, linesOf(30));
      const ran = await world.ran(() => refused(status, code));
      assert.equal(ran.end.kind, 'stopped');
      assert.ok(world.calls.length <= 4);
      assert.equal(ran.rows.unclear, 0);
      assert.match(ran.end.kind === 'stopped' ? ran.end.message : '', new RegExp(String(status)));
    });
  }

  test('twenty refusals of one kind and no answer: the rest is not sent', async (context) => {
    const world = new RunWorld(context, linesOf(100));
    const ran = await world.ran(() => refused(404, 'model_not_found'));
    assert.equal(ran.end.kind, 'stopped');
    assert.ok(world.calls.length < 25, String(world.calls.length));
    assert.match(ran.end.kind === 'stopped' ? ran.end.message : '', /model_not_found/);
  });

  test('but not where others were answered', async (context) => {
    const world = new RunWorld(context, linesOf(100));
    const ran = await world.ran((text) => (text === 'r1' ? answered(chat('yes')) : refused(400, 'invalid')));
    assert.equal(ran.end.kind, 'finished');
    assert.equal(world.calls.length, 100);
  });

  test('nobody there: it is tried again, then stopped; nothing was sent, so nothing is unclear', async (context) => {
    const world = new RunWorld(context, linesOf(3));
    const ran = await world.ran(() => problem('unreachable'));
    assert.equal(ran.end.kind, 'stopped');
    assert.deepEqual(ran.rows, { answered: 0, refused: 0, failed: 0, unclear: 0, unanswered: 0 });
  });

  test('no answer: sent once more, counted, and said in the row', async (context) => {
    const world = new RunWorld(context, [line('a'), line('b')]);
    let isFirst = true;
    const ran = await world.ran((text) => {
      if (text === 'b' && !isFirst) return answered(chat('yes'));
      isFirst &&= text !== 'b';
      return problem('interrupted');
    });
    assert.equal(world.calls.filter((text) => text === 'a').length, 2);
    assert.equal(ran.tally.unclear, 3);
    assert.equal(statuses(world), 'fs');
    assert.match(world.rows()[0]?.error?.message ?? '', /may have been paid/);
    assert.deepEqual(costOf(ran), [null, 1]);
  });

  test('what a refusal repeats of a key is not written down', async (context) => {
    const world = new RunWorld(context, [line('a')]);
    await world.ran(() => refused(403, 'forbidden', { body: '{"error":{"message":"Not for sk-secret."}}' }));
    assert.equal(world.rows()[0]?.error?.message, 'Not for ….');
    const { path } = await runFolderOf(world.identity, false);
    for (const name of readdirSync(path)) {
      assert.ok(!readFileSync(join(path, name), 'utf8').includes('sk-secret'), name);
    }
  });

  test('how long the provider asks to wait is passed on', async (context) => {
    const told: number[] = [];
    const reply = (_text: string, call: number) =>
      call === 1 ? refused(429, 'rate_limit_exceeded', { retryAfterMs: 1_800_000 }) : answered(chat('yes'));
    const world = new RunWorld(context, linesOf(1));
    await world.ran(reply, { onToldToWait: (waitMs) => told.push(waitMs) });
    assert.deepEqual(told, [1_800_000]);
    assert.equal(statuses(world), 's');
  });

  test('a call without an answer stays said, though the next one is surely not taken', async (context) => {
    const world = new RunWorld(context, linesOf(1));
    const stop = new AbortController();
    const ran = await world.ran(
      (_text, call) => {
        if (call === 1) return problem('interrupted');
        stop.abort();
        return refused(429, 'rate_limit_exceeded');
      },
      { stop: stop.signal },
    );
    assert.equal(ran.rows.unclear, 1);
    const folder = await runFolderOf(world.identity, false);
    const look = await lookAtRun(folder);
    assert.equal(look.kind === 'earlier' ? look.states.counts.unclear : look.message, 1);
    // Answered since: of the first call it is still not known what it cost.
    const again = await world.ran(() => answered(chat('yes')));
    assert.deepEqual([again.rows.unclear, again.rows.unanswered], [0, 1]);
    const later = await lookAtRun(folder);
    assert.equal(later.kind === 'earlier' ? later.states.counts.unanswered : later.message, 1);
  });

  test('an error under a good status is one: sent again by the next run where it may succeed', async (context) => {
    const world = new RunWorld(context, [line('weak'), line('bad'), line('good')]);
    const error = (code: string): unknown => ({ error: { code, message: `${code} it is` } });
    const ran = await world.ran((text) =>
      answered(text === 'good' ? chat('yes') : error(text === 'weak' ? 'server_error' : 'invalid_prompt')),
    );
    assert.deepEqual(ran.rows, { answered: 1, refused: 1, failed: 1, unclear: 0, unanswered: 0 });
    assert.equal(statuses(world), 'ffs');
    world.calls.length = 0;
    await world.ran(() => answered(chat('yes')));
    assert.deepEqual(world.calls, ['weak']);
    assert.equal(statuses(world), 'sfs');
  });

  test('an answer that is no JSON is a failure, kept in words', async (context) => {
    const world = new RunWorld(context, [line('a')]);
    const ran = await world.ran(() => answered(null, { body: '<html>sign in</html>' }));
    assert.equal(statuses(world), 'f');
    assert.equal(world.rows()[0]?.error?.code, 'unreadable_answer');
    assert.deepEqual(costOf(ran), [null, 1]);
    // It is no answer, so the row is not done.
    await world.ran(() => answered(chat('yes')));
    assert.equal(statuses(world), 's');
  });
});

describe('going on', () => {
  test('stopped in the middle: answers under way are waited for, and only the rest is sent later', async (context) => {
    const world = new RunWorld(context, linesOf(40));
    const stop = new AbortController();
    const ran = await world.ran(
      (_, call) => {
        if (call === 10) stop.abort();
        return answered(chat('first'));
      },
      { stop: stop.signal },
    );
    assert.deepEqual(ran.end, { kind: 'interrupted' });
    const done = world.calls.length;
    assert.ok(done >= 10 && done < 20);
    assert.equal(ran.rows.answered, done);
    assert.equal(ran.rows.unclear, 0);
    assert.equal(statuses(world).replaceAll('s', '').length, 40 - done);
    await world.ran(() => answered(chat('second')));
    assert.equal(world.calls.length, 40);
    assert.equal(new Set(world.calls).size, 40);
    assert.equal(statuses(world), 's'.repeat(40));
  });

  test('a process that was killed: what it had sent is unclear, counted, and sent again; a torn line is no answer', async (context) => {
    const world = new RunWorld(context, linesOf(5));
    await world.ran((text) => (text === 'r5' ? refused(500, 'x') : answered(chat('first'))));
    const folder = await runFolderOf(world.identity, false);
    const answers = join(folder.path, 'answers-1.jsonl');
    const text = readFileSync(answers, 'utf8');
    const kept = text.split('\n').filter((one) => /run-[12]-/.test(one));
    const torn = text.split('\n').find((one) => one.includes('run-3-')) ?? '';
    writeFileSync(answers, `${kept.join('\n')}\n${torn.slice(0, 200)}`);
    truncateSync(join(folder.path, 'sent-1.txt'), 0);
    writeFileSync(join(folder.path, 'sent-1.txt'), '1\n2\n3\n4\n');
    const earlier = await lookAtRun(folder);
    assert.deepEqual(earlier.kind === 'earlier' && earlier.states.counts, {
      ...{ answered: 2, refused: 0, failed: 0, unclear: 2, unanswered: 0 },
    });
    world.calls.length = 0;
    await world.ran(() => answered(chat('second')));
    assert.deepEqual(world.calls.sort(), ['r3', 'r4', 'r5']);
    assert.equal(statuses(world), 'sssss');
    assert.deepEqual(readdirSync(world.folder).sort(), ['home', 'rows.jsonl', 'rows.results.jsonl']);
  });

  test('it goes on with the bytes it began with, whatever became of the file; other bytes are another run', async (context) => {
    const world = new RunWorld(context, linesOf(3));
    await world.ran(() => answered(chat('first')));
    const { id } = await runFolderOf(world.identity, false);
    appendFileSync(world.file, `${line('r4')}\n`);
    assert.notEqual((await runFolderOf(world.identity, false)).id, id);
    world.calls.length = 0;
    await world.ran(() => answered(chat('second')));
    assert.equal(world.calls.length, 4);
  });

  test('a copy that somebody changed is not sent', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    await world.ran(() => refused(500, 'x'));
    world.calls.length = 0;
    appendFileSync((await runFolderOf(world.identity, false)).requests, `${line('r3')}\n`);
    const answer = await world.run(() => answered(chat('yes')));
    assert.match(answer.kind === 'problem' ? answer.message : '', /was changed; nothing was sent/);
    assert.deepEqual(world.calls, []);
  });

  test('--new sends everything again, and keeps what was', async (context) => {
    const world = new RunWorld(context, linesOf(3));
    await world.ran(() => answered(chat('first')));
    await world.ran(() => answered(chat('second')), { isNew: true });
    assert.equal(world.calls.length, 6);
    assert.deepEqual(
      world.rows().map(({ text }) => text),
      ['second', 'second', 'second'],
    );
    assert.equal(readdirSync(join(world.home, 'runs')).length, 2);
    // What is gone on with afterwards is the newest.
    await world.ran(() => answered(chat('third')));
    assert.equal(world.calls.length, 6);
  });

  test('two at once: the second sends nothing', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    let second: Promise<unknown> | null = null;
    const ran = await world.ran(async (_, call) => {
      if (call === 1) second = world.run(() => answered(chat('twice')));
      await second;
      return answered(chat('once'));
    });
    assert.equal(ran.end.kind, 'finished');
    assert.equal(((await second) as unknown as { readonly kind: string }).kind, 'problem');
    assert.equal(world.calls.length, 2);
  });

  test('a file of somebody else at the place of the results stays; the answers are kept', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    writeFileSync(world.out, 'mine\n');
    const ran = await world.ran(() => answered(chat('yes')));
    assert.notEqual(ran.merged.kind, 'merged');
    assert.equal(readFileSync(world.out, 'utf8'), 'mine\n');
    assert.equal(ran.rows.answered, 2);
  });
});

describe('pruning', () => {
  const later = (): number => Date.now() + 1000;

  test('a run whose answers are merged goes, and nothing of the results; a dry run only says so', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    await world.ran(() => answered(chat('yes')));
    assert.equal((await pruneRuns(world.home, Date.now() - 60_000, false)).ids.length, 0);
    const said = await pruneRuns(world.home, later(), true);
    assert.equal(said.ids.length, 1);
    assert.ok(said.sizeBytes > 500);
    assert.deepEqual(await pruneRuns(world.home, later(), false), said);
    assert.deepEqual(readdirSync(join(world.home, 'runs')), []);
    assert.deepEqual(readdirSync(world.home), ['runs']);
    assert.equal(world.rows().length, 2);
  });

  test('answers that are nowhere else stay', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    writeFileSync(world.out, 'mine\n');
    await world.ran(() => answered(chat('yes')));
    assert.equal((await pruneRuns(world.home, later(), false)).ids.length, 0);
  });

  test('answers whose merged file was taken away stay: they are nowhere else', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    await world.ran(() => answered(chat('yes')));
    rmSync(world.out);
    assert.equal((await pruneRuns(world.home, later(), false)).ids.length, 0);
  });

  test('answers whose merged file became another stay: they are nowhere else', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    await world.ran(() => answered(chat('yes')));
    // As a batch of the same file does.
    writeFileSync(world.out, readFileSync(world.out, 'utf8').replace('yes', 'other'));
    assert.equal((await pruneRuns(world.home, later(), false)).ids.length, 0);
  });

  test('nobody else goes on with a run until its answers are merged', async (context) => {
    const world = new RunWorld(context, linesOf(2));
    let second: Promise<RunAnswer> | null = null;
    const ran = await world.ran(() => answered(chat('yes')), {
      merge: async (request, options) => {
        second ??= world.run(() => answered(chat('no')));
        await second;
        return merge(request, options);
      },
    });
    assert.equal(ran.merged.kind, 'merged');
    assert.equal((await (second as Promise<RunAnswer> | null))?.kind, 'problem');
  });

  test('a run that goes on just now stays', async (context) => {
    const world = new RunWorld(context, linesOf(1));
    await world.ran(() => refused(500, 'x'));
    await world.ran(async () => {
      assert.equal((await pruneRuns(world.home, later(), false)).ids.length, 0);
      return answered(chat('yes'));
    });
    assert.equal(statuses(world), 's');
  });
});

/** Answers as chance has them: of every row at most one good answer is paid for, but where it was said to be unclear. */
test('by chance: stopped anywhere and gone on with, every row ends once, and none is paid for twice unsaid', async (context) => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = randomOf(seed);
    const world = new RunWorld(context, linesOf(12));
    const paid = new Map<string, number>();
    let unclear = 0;
    const session = async (isLast: boolean): Promise<void> => {
      const stop = new AbortController();
      const stopAt = Math.floor(random() * 20);
      const before = world.calls.length;
      const ran = await world.ran(
        (text, call) => {
          if (!isLast && call - before >= stopAt) stop.abort();
          const chance = isLast ? 1 : random();
          if (chance < 0.1) return refused(429, 'rate_limit_exceeded');
          if (chance < 0.2) return refused(500, 'server_error');
          if (chance < 0.25) return problem('unreachable');
          paid.set(text, (paid.get(text) ?? 0) + 1);
          return chance < 0.35 ? problem('interrupted') : answered(chat(text));
        },
        { stop: stop.signal },
      );
      unclear += ran.tally.unclear;
      assert.equal(world.rows().length, 12, `seed ${seed}`);
    };
    for (let at = 0; at < 3; at++) await session(false);
    await session(true);
    assert.equal(statuses(world), 's'.repeat(12), `seed ${seed}`);
    assert.deepEqual(
      world
        .rows()
        .map(({ text, custom_id }) => text === custom_id)
        .includes(false),
      false,
    );
    const twice = [...paid.values()].reduce((sum, times) => sum + times - 1, 0);
    assert.ok(twice <= unclear, `seed ${seed}: ${twice} paid again, ${unclear} said`);
  }
});

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

test('tokens per minute: input is counted before, and what answers use is learnt', async (context) => {
  const world = new RunWorld(context, linesOf(12));
  await world.ran(() => answered(chat('yes')), { limits: { tokensPerMinute: 660 } });
  // Twelve answers of 110 tokens at 660 a minute: two minutes, but for the last four, whose debt nobody waits for.
  const waited = world.waits.filter((ms) => ms < 3_600_000).reduce((sum, ms) => sum + ms, 0);
  assert.ok(waited >= 70_000 && waited <= 130_000, String(waited));
});
