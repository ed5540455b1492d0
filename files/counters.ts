// Rank data of the public encodings: two megabytes each, so loaded once, and only when a request needs them. In the
// bundles they come packed (scripts/packedRanks.mjs), which the types do not show and the counter sees for itself.
import { type Counters, createTokenCounter, type Encoding, type TokenCounter } from '#core';

const counters = new Map<Encoding, TokenCounter>();

async function loadCounter(encoding: Encoding): Promise<TokenCounter> {
  switch (encoding) {
    case 'o200k_base':
      return createTokenCounter((await import('js-tiktoken/ranks/o200k_base')).default);
    case 'cl100k_base':
      return createTokenCounter((await import('js-tiktoken/ranks/cl100k_base')).default);
  }
}

/** @returns a look-up that knows these encodings, and those loaded before; asking for another is a bug and throws. */
export async function countersFor(encodings: Iterable<Encoding>): Promise<Counters> {
  for (const encoding of encodings) {
    if (!counters.has(encoding)) counters.set(encoding, await loadCounter(encoding));
  }
  return (encoding) => {
    const counter = counters.get(encoding);
    if (counter === undefined) throw new Error(`The encoding ${encoding} was not loaded.`);
    return counter;
  };
}
