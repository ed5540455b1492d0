// Lines of every dialect as they come and as they should not: valid, with a fault, mangled, of others, or no JSON at all.
import {
  BatchFile,
  type CheckLineOptions,
  checkLine,
  type FileReport,
  type FixSource,
  type Provider,
} from '#core';
import { checkingAs } from '../checking.ts';
import { endpoints as anthropic } from '../differential/anthropic.ts';
import type { Chance } from '../differential/chance.ts';
import type { Endpoint } from '../differential/endpoint.ts';
import { endpoints as gemini } from '../differential/gemini.ts';
import { bodyFaults } from '../differential/mutate.ts';
import { endpoints as openai } from '../differential/openai.ts';
import { RequestMaker } from '../differential/requestMaker.ts';

/** Whose lines they are, and how they are checked: those of OpenAI's form by all who take it. */
export const dialects: readonly { readonly provider: Provider; readonly endpoints: readonly Endpoint[] }[] = [
  { provider: 'openai', endpoints: openai },
  { provider: 'anthropic', endpoints: anthropic },
  { provider: 'gemini', endpoints: gemini },
  { provider: 'azure', endpoints: openai },
  { provider: 'mistral', endpoints: openai },
  { provider: 'groq', endpoints: openai },
  { provider: 'xai', endpoints: openai },
  { provider: 'openai-compatible', endpoints: openai },
];

export class LineMaker {
  readonly #makers: readonly { readonly maker: RequestMaker; readonly endpoint: Endpoint }[];
  readonly #chance: Chance;

  constructor(endpoints: readonly Endpoint[], seed: number, chance: Chance) {
    this.#makers = endpoints.map((endpoint, index) => ({
      maker: new RequestMaker(endpoint, seed + index),
      endpoint,
    }));
    this.#chance = chance;
  }

  /** Mostly requests; few of them share an id. */
  line(): string {
    const chance = this.#chance;
    const { maker, endpoint } = chance.pick(this.#makers);
    const request = maker.request(`r${chance.integer(0, 20)}`, chance.pick(endpoint.models));
    const kind = chance.pick([
      'valid',
      'fault',
      'fault',
      'envelope',
      'hidden',
      'mangled',
      'mangled',
      'other',
    ] as const);
    switch (kind) {
      case 'valid':
        return maker.text(request);
      case 'fault':
        return maker.spoilt(request, chance.pick(bodyFaults))?.text ?? maker.text(request);
      case 'envelope':
      case 'hidden':
        return maker.spoilt(request, kind)?.text ?? '';
      case 'mangled':
        return mangled(maker.text(request), chance);
      case 'other':
        return chance.pick(others);
    }
  }
}

const others = [
  ...[
    '',
    ' ',
    '{',
    '[',
    'null',
    '[]',
    '{}',
    '"x"',
    '{"custom_id":"a"',
    '\ufeff{}',
    '{"a":1}\r',
    '{"__proto__":{"a":1},"key":"__proto__"}',
  ],
  '{"custom_id":"r1","custom_id":"r1","params":{"max_tokens":"1","max_tokens":2},"body":{"stream":true,"stream":true}}',
  '{"customId":1e400,"Method":"POST","metod":"POST","url":"/v1/embedding","body":{"input":["x"],"modle":"m"}}',
  '{"Key":"r1","requst":{"content":{"parts":[{"txt":"x"}]},"config":{"temperature":9}}}',
];

const pieces = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\u0000',
  '\ud83d',
  '\udc00',
  '\r',
  '\t',
  '1',
  'null',
  'é',
  '😀',
  ' ',
  '\\u12',
  '-',
  'e',
];

/** A few characters lost, doubled, or put in between. */
export function mangled(text: string, chance: Chance): string {
  let made = text;
  for (let times = chance.integer(1, 4); times > 0; times--) {
    const at = chance.integer(0, made.length);
    const piece = chance.pick(['', '', chance.pick(pieces), made.slice(at, at + chance.integer(1, 30))]);
    made = made.slice(0, at) + piece + made.slice(at + chance.integer(0, chance.isLucky(0.2) ? 200 : 2));
  }
  return made.replaceAll('\n', ' ');
}

export function sourceOf(lines: readonly string[], provider: Provider): FixSource {
  const checking = checkingAs(provider);
  const file = new BatchFile();
  for (const line of lines) file.push(factsOf(line, checking));
  return { file, textOf: (line) => lines[line] ?? '', lineCount: lines.length, checking };
}

export function factsOf(line: string, checking: CheckLineOptions): ReturnType<typeof checkLine> {
  return checkLine(line, Buffer.byteLength(line), checking);
}

export function reportOf({ file, textOf, checking }: FixSource): FileReport {
  return file.report({ dialect: checking.dialect, maxProblems: 1000, severity: {}, textOf });
}
