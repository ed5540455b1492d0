// Tokens of every text of the real file equal those of tiktoken, the reference implementation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get_encoding } from 'tiktoken';
import { countersFor } from '#files';
import { realTexts } from './realText.ts';

test('every text of the real file has as many tokens as tiktoken says', async () => {
  const texts = realTexts(5000);
  for (const encoding of ['o200k_base', 'cl100k_base'] as const) {
    const counter = (await countersFor([encoding]))(encoding);
    const reference = get_encoding(encoding);
    try {
      for (const text of texts)
        assert.equal(counter.count(text), reference.encode_ordinary(text).length, text.slice(0, 80));
    } finally {
      reference.free();
    }
  }
});
