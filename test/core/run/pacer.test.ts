// Does the pacer keep to what a person allows and to what the provider shows? On a clock that the test moves.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { backOffMs, type PaceLimits, type PaceReport, Pacer } from '#core';

const half = (): number => 0.5;

function pacerOf(limits: Partial<PaceLimits>): Pacer {
  const all = { concurrency: 1000, requestsPerMinute: null, tokensPerMinute: null, ...limits };
  return new Pacer(all, 0, half);
}

function report(changes: Partial<PaceReport> = {}): PaceReport {
  const usual = { beganAtMs: 0, tokens: 0, usedTokens: null, retryAfterMs: null, room: null } as const;
  return { ...usual, end: 'answered', ...changes };
}

/** Sends as often as it may, each request answered after `answerMs`; the times at which they began. */
function timesOf(pacer: Pacer, count: number, answerMs: number, tokens = 0): readonly number[] {
  const times: number[] = [];
  let ends: number[] = [];
  let now = 0;
  while (times.length < count) {
    for (const _ of ends.filter((at) => at <= now)) pacer.end(report({ tokens }), now);
    ends = ends.filter((at) => at > now);
    const waitMs = pacer.waitMs(tokens, now);
    if (waitMs === 0) {
      pacer.begin(tokens, now);
      times.push(now);
      ends.push(now + answerMs);
    } else {
      const next = Math.min(...ends, waitMs === null ? Number.POSITIVE_INFINITY : now + waitMs);
      assert.ok(next > now && Number.isFinite(next), 'it would wait for ever');
      now = next;
    }
  }
  return times;
}

function mostInWindow(times: readonly number[], windowMs: number): number {
  return Math.max(...times.map((at) => times.filter((time) => time >= at && time < at + windowMs).length));
}

describe('what a person allows', () => {
  test('no more at once than the concurrency; it begins with four and doubles', () => {
    const pacer = pacerOf({ concurrency: 10 });
    const begun = (): number => {
      let count = 0;
      for (; pacer.waitMs(0, 0) === 0; count++) pacer.begin(0, 0);
      return count;
    };
    assert.equal(begun(), 4);
    for (let at = 0; at < 4; at++) pacer.end(report(), 10);
    assert.equal(begun(), 8);
    for (let at = 0; at < 8; at++) pacer.end(report(), 20);
    assert.equal(begun(), 10);
    assert.equal(pacer.waitMs(0, 20), null);
  });

  test('requests per minute hold in any minute, with a second of play', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 5000 }), (rpm, answerMs) => {
        const times = timesOf(pacerOf({ requestsPerMinute: rpm }), Math.min(1200, 2 * rpm + 2), answerMs);
        const most = mostInWindow(times, 60_000);
        assert.ok(most <= rpm + Math.max(1, rpm / 60) + 1, `${most} of ${rpm}`);
      }),
      { numRuns: 40 },
    );
  });

  test('requests per minute are used, not only kept', () => {
    const times = timesOf(pacerOf({ requestsPerMinute: 120 }), 241, 100);
    assert.ok((times.at(-1) ?? 0) <= 121_000, String(times.at(-1)));
  });

  test('tokens per minute hold on average, also for requests larger than a second has', () => {
    const times = timesOf(pacerOf({ tokensPerMinute: 60_000 }), 30, 50, 10_000);
    assert.ok((times.at(-1) ?? 0) >= 270_000, 'thirty requests of 10,000 tokens in less than 4.5 minutes');
    assert.ok((times.at(-1) ?? 0) <= 300_000);
  });

  test('what was reserved and not used is given back', () => {
    const pacer = pacerOf({ tokensPerMinute: 60_000 });
    pacer.begin(30_000, 0);
    assert.ok((pacer.waitMs(1000, 0) ?? 0) >= 29_000);
    pacer.end(report({ tokens: 30_000, usedTokens: 500 }), 0);
    assert.ok((pacer.waitMs(1000, 0) ?? 0) <= 1000);
  });

  test('a clock that goes back, or jumps ahead, opens no flood', () => {
    const pacer = pacerOf({ requestsPerMinute: 60 });
    pacer.begin(0, 0);
    assert.ok((pacer.waitMs(0, -1_000_000) ?? 0) > 0);
    let begun = 0;
    for (; pacer.waitMs(0, 86_400_000) === 0; begun++) pacer.begin(0, 86_400_000);
    assert.equal(begun, 1);
  });
});

describe('what the provider shows', () => {
  test('Retry-After holds all of them', () => {
    const pacer = pacerOf({});
    pacer.begin(0, 0);
    pacer.end(report({ end: 'busy', retryAfterMs: 7000 }), 0);
    assert.equal(pacer.waitMs(0, 0), 7000);
    assert.equal(pacer.waitMs(0, 6999), 1);
    assert.equal(pacer.waitMs(0, 7000), 0);
  });

  test('without it the wait doubles up to a minute, with chance in it', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 50].map((refusals) => backOffMs(refusals, () => 0)),
      [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000],
    );
    assert.ok(backOffMs(1, () => 0.999) < 1000);
    assert.ok(backOffMs(50, () => 0.999) <= 60_000);
  });

  test('a burst of refusals halves once; later ones halve again; answers bring it back slowly', () => {
    const pacer = pacerOf({ concurrency: 16 });
    // Answers until the window is all of it.
    for (let at = 0; at < 16; at++) {
      pacer.begin(0, 0);
      pacer.end(report(), 0);
    }
    assert.equal(pacer.window, 16);
    for (let at = 0; at < 16; at++) pacer.begin(0, 0);
    for (let at = 0; at < 16; at++) pacer.end(report({ end: 'busy', retryAfterMs: 1, beganAtMs: 0 }), 100);
    assert.equal(pacer.window, 8);
    for (let at = 0; at < 8; at++) pacer.begin(0, 200);
    for (let at = 0; at < 8; at++) pacer.end(report({ end: 'busy', retryAfterMs: 1, beganAtMs: 200 }), 300);
    assert.equal(pacer.window, 4);
    for (let at = 0; at < 4; at++) {
      pacer.begin(0, 400);
      pacer.end(report({ beganAtMs: 400 }), 400);
    }
    assert.equal(pacer.window, 4, 'a round of answers gives one more, not twice as many');
    pacer.begin(0, 500);
    pacer.end(report({ beganAtMs: 500 }), 500);
    assert.equal(pacer.window, 5);
  });

  test('it never falls below one, and never above the concurrency', () => {
    const ends = fc.constantFrom('answered', 'busy', 'broken') as fc.Arbitrary<PaceReport['end']>;
    fc.assert(
      fc.property(fc.array(ends, { maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (all, concurrency) => {
        const pacer = pacerOf({ concurrency });
        let now = 0;
        for (const end of all) {
          now += pacer.waitMs(0, now) ?? 0;
          pacer.begin(0, now);
          pacer.end(report({ end, beganAtMs: now }), now);
          assert.ok(pacer.window >= 1 && pacer.window <= concurrency);
          assert.equal(pacer.underWay, 0);
        }
      }),
    );
  });

  test('no room left: it waits for what is lacking, not for the whole reset', () => {
    const pacer = pacerOf({});
    pacer.begin(0, 0);
    const requests = { remaining: 0, limit: 100, resetMs: 60_000 };
    pacer.end(report({ room: { requests, tokens: null } }), 0);
    assert.equal(pacer.waitMs(0, 0), 600);
  });

  test('room that is said without when it is free again is left to the refusals', () => {
    const pacer = pacerOf({});
    pacer.begin(0, 0);
    const requests = { remaining: 0, limit: null, resetMs: null };
    pacer.end(report({ room: { requests, tokens: null } }), 0);
    assert.equal(pacer.waitMs(0, 0), 0);
  });

  test('an absurd reset stops nobody for longer than a minute', () => {
    const pacer = pacerOf({});
    pacer.begin(0, 0);
    const tokens = { remaining: 0, limit: null, resetMs: 86_400_000 };
    pacer.end(report({ room: { requests: null, tokens } }), 0);
    assert.equal(pacer.waitMs(0, 0), 60_000);
  });
});
