// Our token counter against others, on the same texts in the same process: tiktoken's WASM, js-tiktoken, whose ranks ours
// uses, and gpt-tokenizer. Once on texts as a file has them, with one prompt in every line, and once on different ones.
import assert from 'node:assert/strict';
import { countTokens as gptTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { get_encoding } from 'tiktoken';
import { createTokenCounter } from '#core';
import type { Tokenizer } from '../../core/models/catalogue.ts';
import { Tally } from '../../core/tokens/tally.ts';
import { benchLines } from './batchFile.ts';
import { quantile, timeMs } from './measure.ts';
import type { Row } from './row.ts';

const requests = 2000;
const turns = 3;
/** Targets of the project, for texts as the file has them. */
const leastOfJsTiktoken = 40;
const leastOfWasm = 12;

const tokenizer: Tokenizer = { encoding: 'o200k_base', ratio: 1, errorPercent: 0, source: 'tiktoken' };

type Count = (text: string) => number;
type Name = 'llm-batch' | 'tiktoken (WASM)' | 'js-tiktoken' | 'gpt-tokenizer';
const names: readonly Name[] = ['llm-batch', 'tiktoken (WASM)', 'js-tiktoken', 'gpt-tokenizer'];

export async function measureCounting(): Promise<readonly Row[]> {
  const lines = textsOfLines();
  const wasm = get_encoding('o200k_base');
  const slow = new Tiktoken(o200k);
  const others = {
    'tiktoken (WASM)': (text: string) => wasm.encode_ordinary(text).length,
    'js-tiktoken': (text: string) => slow.encode(text, [], []).length,
    // Literal special tokens are text to all of them.
    'gpt-tokenizer': (text: string) => gptTokens(text, { disallowedSpecial: new Set() }),
  };
  // A new one each time: what it remembers of the last turn's words would be no measure.
  const counterOf = (name: Name): Count => (name === 'llm-batch' ? freshCounter() : others[name]);
  const rows = [
    ...rowsOf('texts as a file has them', lines.flat(), counterOf, true),
    ...rowsOf(
      'different texts',
      lines.map(([, user]) => user),
      counterOf,
      false,
    ),
  ];
  wasm.free();
  return rows;
}

function rowsOf(
  what: string,
  texts: readonly string[],
  counterOf: (name: Name) => Count,
  hasTarget: boolean,
): readonly Row[] {
  const megabytes = Buffer.byteLength(texts.join('')) / 1e6;
  const counts = names.map((name) => texts.map(counterOf(name)));
  for (const other of counts.slice(1)) assert.deepEqual(other, counts[0]);
  const spentMs = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const name of names) {
      const count = counterOf(name);
      const ms = timeMs(() => {
        for (const text of texts) count(text);
      });
      spentMs.get(name)?.push(ms);
    }
  }
  const msOf = (name: Name): number => quantile(spentMs.get(name) ?? [], 0.5);
  return names.map((name) => ({
    what: `count tokens of ${megabytes.toFixed(1)} MB of ${what}: ${name}`,
    ms: msOf(name),
    against: [
      {
        what: 'llm-batch',
        ratio: msOf(name) / msOf('llm-batch'),
        ...(hasTarget ? targetOf(name) : {}),
      },
    ],
    note: `${(megabytes / (msOf(name) / 1000)).toFixed(1)} MB/s in one thread`,
  }));
}

function targetOf(name: Name): { readonly atLeast?: number } {
  if (name === 'js-tiktoken') return { atLeast: leastOfJsTiktoken };
  return name === 'tiktoken (WASM)' ? { atLeast: leastOfWasm } : {};
}

/** By the road that estimates take, which counts a text that comes again once. */
function freshCounter(): Count {
  const counter = createTokenCounter(o200k);
  return (text) => {
    const tally = new Tally(counter, tokenizer);
    tally.text(text);
    return tally.tokens;
  };
}

/** The prompt and the question of each line, each a string of its own, as parsing makes them. */
function textsOfLines(): readonly (readonly [string, string])[] {
  const lines = benchLines({ seed: 2, requests, systemCharacters: 2000, faultEvery: 0 });
  return [...lines].map((line) => {
    const { body } = JSON.parse(line) as {
      readonly body: { readonly messages: readonly { content: string }[] };
    };
    return [body.messages[0]?.content ?? '', body.messages[1]?.content ?? ''];
  });
}
