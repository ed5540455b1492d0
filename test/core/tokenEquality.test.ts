// Over ten megabytes of eleven languages and kinds of text, and of base64, counts equal those of tiktoken, text by text.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { get_encoding } from 'tiktoken';
import { createTokenCounter } from '#core';
import { type Vocabulary, vocabularies } from './tokenVocabulary.ts';

const bytesOfEach = 900_000;
const charactersOfAText = 3000;

const encodings = [
  { name: 'o200k_base', counter: createTokenCounter(o200k), reference: get_encoding('o200k_base') },
  { name: 'cl100k_base', counter: createTokenCounter(cl100k), reference: get_encoding('cl100k_base') },
] as const;

after(() => {
  for (const { reference } of encodings) reference.free();
});

/** Mulberry32: seeded, so that a failure comes again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Words in sentences; some begin with a capital, are cut short, joined, or written in capitals. */
function textOf({ words, between, ends, inner }: Vocabulary, random: () => number): string {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)]!;
  let text = '';
  let isFirst = true;
  while (text.length < charactersOfAText) {
    let word = pick(words);
    const fate = random();
    if (isFirst || fate < 0.04) word = word.charAt(0).toUpperCase() + word.slice(1);
    else if (fate < 0.06) word = word.toUpperCase();
    else if (fate < 0.1) word = [...word].slice(0, 1 + Math.floor(random() * 6)).join('');
    else if (fate < 0.14) word += pick(words);
    const after = random();
    isFirst = after < 0.08;
    text += word + (isFirst ? pick(ends) : after < 0.22 ? pick(inner) : between);
  }
  return text;
}

/** Bytes as data URLs have them. */
function base64Of(random: () => number): string {
  const bytes = Uint8Array.from({ length: (charactersOfAText * 3) / 4 }, () => Math.floor(random() * 256));
  return Buffer.from(bytes).toString('base64');
}

const kinds: readonly (readonly [string, (random: () => number) => string])[] = [
  ...Object.entries(vocabularies).map(
    ([name, vocabulary]) => [name, (random: () => number) => textOf(vocabulary, random)] as const,
  ),
  ['base64', base64Of],
];

let comparedBytes = 0;

describe('counts equal tiktoken’s', () => {
  for (const [index, [kind, make]] of kinds.entries()) {
    test(`in ${kind}`, () => {
      const random = randomFrom(20_261_121 + index);
      for (let bytes = 0, number = 0; bytes < bytesOfEach; number++) {
        const text = make(random);
        for (const { name, counter, reference } of encodings) {
          const expected = reference.encode_ordinary(text).length;
          assert.equal(counter.count(text), expected, `${name}, text ${number}: ${text.slice(0, 80)}`);
        }
        const size = Buffer.byteLength(text);
        bytes += size;
        comparedBytes += size;
      }
    });
  }
});

test('that was ten megabytes at least', () => {
  assert.ok(comparedBytes >= 10_000_000, String(comparedBytes));
  assert.equal(kinds.length, 12);
});
