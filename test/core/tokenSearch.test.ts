// Searching finds the tokens that merging makes, whatever the vocabulary; and a border is one whatever comes after it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { Merger } from '../../core/tokens/merge.ts';
import { lastBorder, pieceEndOf, terminator } from '../../core/tokens/split.ts';
import { Vocabulary } from '../../core/tokens/vocabulary.ts';

const singles = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

/** Tokens as text of one byte a character, in the order of their ranks. */
function packed(tokens: readonly string[]): Uint8Array {
  return Uint8Array.from(
    [...singles, ...tokens].flatMap((token) => [token.length, ...Buffer.from(token, 'latin1')]),
  );
}

/** Byte pair encoding by the book: again and again the pair of the lowest rank, the leftmost of equals. */
function mergedByTheBook(tokens: readonly string[], text: string): number {
  const ranks = new Map([...singles, ...tokens].map((token, rank) => [token, rank]));
  const parts = [...text];
  for (;;) {
    let lowest = Number.POSITIVE_INFINITY;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(`${parts[i]}${parts[i + 1]}`);
      if (rank !== undefined && rank < lowest) {
        lowest = rank;
        at = i;
      }
    }
    if (at === -1) return parts.length;
    parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
  }
}

const word = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength, maxLength });

test('finds what merging makes, with any tokens of any ranks', () => {
  fc.assert(
    fc.property(fc.uniqueArray(word(2, 6), { maxLength: 60 }), word(2, 120), (tokens, text) => {
      const merger = new Merger(new Vocabulary(packed(tokens)));
      const bytes = Buffer.from(text, 'latin1');
      assert.equal(merger.count(bytes, 0, bytes.length), mergedByTheBook(tokens, text));
    }),
    { seed: 11, numRuns: 400 },
  );
});

test('finds it in long runs of one character, and of a few in turns', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 2, max: 12 }), { maxLength: 8 }),
      fc.integer({ min: 20, max: 700 }),
      fc.constantFrom('a', 'ab', 'aab'),
      (lengths, length, unit) => {
        const tokens = lengths.map((one) => unit.repeat(12).slice(0, one));
        const text = unit.repeat(length).slice(0, length);
        const merger = new Merger(new Vocabulary(packed([...new Set(tokens)])));
        const bytes = Buffer.from(text, 'latin1');
        assert.equal(merger.count(bytes, 0, length), mergedByTheBook([...new Set(tokens)], text));
      },
    ),
    { seed: 12, numRuns: 150 },
  );
});

const pieceEnds = [o200k, cl100k].map(({ pat_str }) => pieceEndOf(pat_str));

/** What the patterns tell apart. */
const unit = fc.constantFrom(
  ...['a', 'B', 'é', 'ǅ', 'ʰ', '日', '\u0301', '1', '٣', '½', ' ', '\n', '\r', '\t', '\u00a0', '\u3000'],
  ...["'", "'s", "'LL", '/', '.', '—', '😀', '𝐀', '\0', '\ufffd'],
);

test('a piece ends at the last border, whatever comes after', () => {
  const text = fc.string({ unit, maxLength: 24 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const bytes = Buffer.concat([Buffer.from(before + after), Buffer.from([terminator])]);
      const end = Buffer.byteLength(before);
      if (end === 0) return;
      const border = lastBorder(bytes, end);
      assert.ok(border < end);
      for (const pieceEnd of pieceEnds) {
        const ends = [0];
        for (let at = 0; at < bytes.length - 1; ends.push(at)) at = pieceEnd(bytes, at);
        assert.ok(ends.includes(border), `${border} of ${ends}`);
        // And the pieces before it are the same where the text ends there.
        const alone = Buffer.from(bytes);
        alone[end] = terminator;
        const endsAlone = [0];
        for (let at = 0; at < border; endsAlone.push(at)) at = pieceEnd(alone, at);
        assert.deepEqual(endsAlone, ends.slice(0, ends.indexOf(border) + 1));
      }
    }),
    { seed: 13, numRuns: 20_000 },
  );
});
