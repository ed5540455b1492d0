// What JSON.parse hides is found where it stands, in any text, at any depth and size.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../core/check/finding.ts';
import { findHidden } from '../../core/json/hidden.ts';
import { numberLoss } from '../../core/json/numberLoss.ts';
import { workedMs } from '../cpuTime.ts';

/** `code «text at the place»` of each finding. */
function found(text: string): string[] {
  return findHidden(text).map(({ code, where }) =>
    where.kind === 'span' ? `${code} «${text.slice(where.start, where.end)}» ${where.start}` : code,
  );
}

test('a clean text hides nothing', () => {
  for (const text of [
    '{}',
    '{"a":{"b":1},"b":{"a":1},"c":[{"a":1},{"a":2}]}',
    '{"a":"\\"a\\":1,\\"a\\":2","b":"\\\\"}',
    '{"constructor":1,"__proto__":2,"toString":3,"hasOwnProperty":4}',
    '{"":1," ":2}',
    '{"a":[1,-2.5e10,9007199254740992,10000000000000000,-0,1e16,0.1]}',
    '{"a":"\\ud83d\\ude00 \\uD83D\\uDE00 😀 \\\\ud83d \\ud7ff \\uac00"}',
  ]) {
    assert.deepEqual(found(text), [], text);
  }
});

test('a key that is there twice is told at the later place, and where the first is', () => {
  assert.deepEqual(found('{"a":1,"b":2,"a":3,"a":4}'), [
    'json.duplicate-key «"a"» 13',
    'json.duplicate-key «"a"» 19',
  ]);
  assert.match(
    findHidden('{"a":1,"b":2,"a":3}')[0]?.message ?? '',
    /^"a" is in this object already, at column 2;/,
  );
  assert.deepEqual(found('{"x":[{"y":{"k":1,"k":{"k":1}}}]}'), ['json.duplicate-key «"k"» 18']);
  assert.deepEqual(found('{"__proto__":1,"__proto__":2}'), ['json.duplicate-key «"__proto__"» 15']);
  assert.deepEqual(found('{"constructor":1,"constructor":2}'), ['json.duplicate-key «"constructor"» 17']);
  assert.deepEqual(found('{"":1,"":2}'), ['json.duplicate-key «""» 6']);
});

test('keys are equal by what they mean, however they are written', () => {
  assert.deepEqual(found('{"a":1,"\\u0061":2}'), ['json.duplicate-key «"\\u0061"» 7']);
  assert.deepEqual(found('{"\\/":1,"/":2}'), ['json.duplicate-key «"/"» 8']);
  assert.deepEqual(found('{"é":1,"e\u0301":2}'), []);
});

test('100,000 members, with one key twice and with all of them', () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `"k${i}":${i}`);
  const startedMs = workedMs();
  assert.deepEqual(found(`{${names.join(',')}}`), []);
  assert.equal(found(`{${names.join(',')},"k99999":0}`).length, 1);
  const all = findHidden(`{${'"a":1,'.repeat(100_000)}"b":1}`);
  assert.equal(all.length, 11);
  assert.match(all.at(-1)?.message ?? '', /^99,989 more keys/);
  assert.ok(workedMs() - startedMs < 5000);
});

test('any depth', () => {
  const depth = 200_000;
  assert.deepEqual(found(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`), []);
  assert.deepEqual(found(`{"a":${'['.repeat(depth)}${']'.repeat(depth)},"a":1}`), [
    `json.duplicate-key «"a"» ${6 + 2 * depth}`,
  ]);
});

test('numbers that are other numbers when they are read', () => {
  for (const [token, words] of [
    ['9007199254740993', /becomes 9007199254740992 in many/],
    ['-9007199254740993', /becomes -9007199254740992 in many/],
    ['12345678901234567890', /becomes 12345678901234567168 in many/],
    ['18446744073709551616', /beyond 64 bits/],
    ['9'.repeat(1_000_000), /becomes Infinity/],
    ['1e400', /becomes Infinity/],
    ['-1E+400', /becomes -Infinity/],
    ['123456789012345678901234567890', /beyond 64 bits/],
  ] as const) {
    assert.match(numberLoss(token) ?? '', words, token.slice(0, 30));
    assert.equal(findHidden(`{"a":[0,${token} ]}`).length, 1, token.slice(0, 30));
  }
  for (const token of [
    '9007199254740991',
    '9007199254740992',
    '10000000000000000',
    '1e22',
    '0.30000000000000001',
  ]) {
    assert.equal(numberLoss(token), null, token);
  }
});

test('halves of characters, written out or as they are, in keys too', () => {
  assert.deepEqual(found('{"a":"\\ud83d"}'), ['json.lone-surrogate «\\ud83d» 6']);
  assert.deepEqual(found('{"\\uDE00":1}'), ['json.lone-surrogate «\\uDE00» 2']);
  assert.deepEqual(found('{"a":"\\ude00\\ud83d"}').length, 2);
  assert.deepEqual(found('{"a":"\\\\\\ud83d"}'), ['json.lone-surrogate «\\ud83d» 8']);
  assert.deepEqual(found('{"a":["\\ud83d","\\ude00"]}').length, 2);
  assert.deepEqual(found('{"a":"x\ud83dx"}'), ['json.lone-surrogate «\ud83d» 7']);
  assert.match(findHidden('{"a":"\ud83d"}')[0]?.message ?? '', /^\\ud83d is half of a character/);
  assert.equal(findHidden(`{"a":"${'\\ud800'.repeat(1000)}"}`).length, 11);
});

/** What findHidden should say, by reading the text one character at a time. */
function reference(text: string): string[] {
  const spans: { readonly code: string; readonly start: number; readonly end: number }[] = [];
  let at = 0;
  const space = (): void => {
    while (/\s/.test(text[at] ?? 'x')) at++;
  };
  const string = (): string => {
    const start = at;
    for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++;
    at++;
    const value = JSON.parse(text.slice(start, at)) as string;
    if (!/\p{Surrogate}/u.test(value)) return value;
    let previous: { readonly start: number; readonly end: number } | null = null;
    for (let i = start + 1; i < at - 1; ) {
      const isEscape = text[i] === '\\';
      const end = i + (isEscape ? (text[i + 1] === 'u' ? 6 : 2) : 1);
      const code = (JSON.parse(`"${text.slice(i, end)}"`) as string).charCodeAt(0);
      if (code >= 0xdc00 && code < 0xe000) {
        if (previous === null) spans.push({ code: 'json.lone-surrogate', start: i, end });
        previous = null;
      } else {
        if (previous !== null) spans.push({ code: 'json.lone-surrogate', ...previous });
        previous = code >= 0xd800 && code < 0xdc00 ? { start: i, end } : null;
      }
      i = end;
    }
    if (previous !== null) spans.push({ code: 'json.lone-surrogate', ...previous });
    return value;
  };
  const value = (): void => {
    space();
    if (text[at] === '"') string();
    else if (text[at] === '{' || text[at] === '[') {
      const isObject = text[at++] === '{';
      const names = new Set<string>();
      for (space(); text[at] !== '}' && text[at] !== ']'; space()) {
        if (text[at] === ',') at++;
        space();
        if (isObject) {
          const start = at;
          const name = string();
          if (names.has(name)) spans.push({ code: 'json.duplicate-key', start, end: at });
          names.add(name);
          space();
          at++;
        }
        value();
      }
      at++;
    } else {
      const [token = ''] = /^[^\s,\]}]+/.exec(text.slice(at)) ?? [];
      const isNumber = /^[-\d]/.test(token);
      const isChanged = /^-?\d+$/.test(token)
        ? !Number.isFinite(Number(token)) ||
          BigInt(Number(token)) !== BigInt(token) ||
          BigInt(token) >= 2n ** 64n ||
          BigInt(token) < -(2n ** 63n)
        : !Number.isFinite(Number(token));
      if (isNumber && isChanged) spans.push({ code: 'json.big-integer', start: at, end: at + token.length });
      at += token.length;
    }
    space();
  };
  value();
  return spans.map(({ code, start, end }) => `${code} ${start}-${end}`).sort();
}

const blank = fc.constantFrom('', '', ' ', '\t', '\r\n');
const characters = fc.array(
  fc.constantFrom(
    'a',
    'b',
    '\\u0061',
    '\\"',
    '\\\\',
    '\\n',
    '😀',
    '\\ud83d',
    '\\ude00',
    '\ud83d',
    '\ude00',
    '\\ud7a3',
    'é',
    ',',
    '{',
    ']',
  ),
  { maxLength: 3 },
);
const stringText = characters.map((parts) => `"${parts.join('')}"`);
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
  fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
  fc.constantFrom('1e400', '-1e309', '1e308', '9007199254740993', '-0', '0e0', '1E5'),
);
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(stringText, numberText, fc.constantFrom('true', 'null')),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(blank, stringText, blank, tie('json'), blank), { maxLength: 40 })
      .map(
        (members) => `{${members.map(([a, key, b, one, c]) => `${a}${key}${b}:${b}${one}${c}`).join(',')}}`,
      ),
  ),
}));

test('property: says what a plain reading one character at a time says', () => {
  fc.assert(
    fc.property(json, (text) => {
      JSON.parse(text);
      const expected = reference(text);
      const findings = findHidden(text);
      const actual = findings
        .flatMap(({ code, where }: Finding) =>
          where.kind === 'span' ? [`${code} ${where.start}-${where.end}`] : [],
        )
        .sort();
      for (const one of actual) assert.ok(expected.includes(one), `${one} in ${text}`);
      for (const code of ['json.duplicate-key', 'json.big-integer', 'json.lone-surrogate']) {
        const count = (list: readonly string[]): number => list.filter((one) => one.startsWith(code)).length;
        assert.equal(count(actual), Math.min(10, count(expected)), `${code} in ${text}`);
      }
    }),
    { seed: 20261121, numRuns: 3000 },
  );
});
