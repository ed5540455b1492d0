// Lines that a parser takes minutes and gigabytes for are named as such before it is asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLine, findExcess } from '#core';
import { checking } from '../checking.ts';

const request = (member: string): string =>
  `{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-6-luna",${member}}}`;

test('texts that can be parsed have no excess, however long or deep', () => {
  for (const text of [
    '',
    '['.repeat(1_000_000),
    request(`"metadata":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    request(`"user":"${'[,{'.repeat(3_000_000)}"`),
    request(`"user":"${'\\"['.repeat(3_000_000)}"`),
    request(`"metadata":[${'1,'.repeat(1_900_000)}1]${' '.repeat(1_000_000)}`),
  ]) {
    assert.equal(findExcess(text), null, text.slice(0, 120));
  }
});

test('depth and values beyond all requests are one problem of the line', () => {
  for (const [text, clause] of [
    ['['.repeat(5_000_000), /^it nests deeper than 500,000 levels$/],
    [request(`"metadata":[${'{},'.repeat(2_100_000)}{}]`), /^it has more than 2,000,000 values$/],
  ] as const) {
    assert.match(findExcess(text) ?? '', clause);
    const facts = checkLine(text, text.length, checking);
    assert.equal(facts.kind, 'broken');
    assert.deepEqual(
      facts.findings.map(({ code }) => code),
      ['json.invalid'],
    );
    assert.match(facts.findings[0]?.message ?? '', /^This line was not read, for it .*split it\.$/);
  }
});
