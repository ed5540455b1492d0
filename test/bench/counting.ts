// Our token counter against js-tiktoken, whose ranks it uses, and tiktoken's WASM, on the same texts in the same process.
import assert from 'node:assert/strict';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { get_encoding } from 'tiktoken';
import { createTokenCounter } from '#core';
import { benchLines } from './batchFile.ts';
import { quantile, timeMs } from './measure.ts';
import type { Row } from './table.ts';

const turns = 3;

export async function measureCounting(): Promise<readonly Row[]> {
  const texts = userTexts(600);
  const megabytes = Buffer.byteLength(texts.join('')) / 1e6;
  const slow = new Tiktoken(o200k);
  const wasm = get_encoding('o200k_base');
  const counters = {
    'llm-batch': freshCounter(),
    'tiktoken (WASM)': (text: string) => wasm.encode_ordinary(text).length,
    'js-tiktoken': (text: string) => slow.encode(text, [], []).length,
  };
  for (const text of texts) {
    const [ours, ...others] = Object.values(counters).map((count) => count(text));
    for (const other of others) assert.equal(ours, other, text.slice(0, 60));
  }
  const names = Object.keys(counters) as (keyof typeof counters)[];
  const spentMs = new Map(names.map((name) => [name, [] as number[]]));
  for (let turn = 0; turn < turns; turn++) {
    for (const name of names) {
      // A new one each time: what it remembers of the last turn's words would be no measure.
      const count = name === 'llm-batch' ? freshCounter() : counters[name];
      const ms = timeMs(() => {
        for (const text of texts) count(text);
      });
      spentMs.get(name)?.push(ms);
    }
  }
  wasm.free();
  const msOf = (name: keyof typeof counters): number => quantile(spentMs.get(name) ?? [], 0.5);
  return names.map((name) => ({
    what: `count tokens of ${megabytes.toFixed(1)} MB of different texts: ${name}`,
    ms: msOf(name),
    against: [{ what: 'llm-batch', ratio: msOf(name) / msOf('llm-batch') }],
    note: `${(megabytes / (msOf(name) / 1000)).toFixed(1)} MB/s in one thread`,
  }));
}

function freshCounter(): (text: string) => number {
  const counter = createTokenCounter(o200k);
  return (text) => counter.count(text);
}

function userTexts(requests: number): readonly string[] {
  const lines = benchLines({ seed: 2, requests, systemCharacters: 0, faultEvery: 0 });
  return [...lines].map((line) => {
    const { body } = JSON.parse(line) as {
      readonly body: { readonly messages: readonly { content: string }[] };
    };
    return body.messages[1]?.content ?? '';
  });
}
