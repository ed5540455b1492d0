// Runs requests made from an SDK's types through the real check: is any valid one refused, is any fault missed?
import { Ajv, type ValidateFunction } from 'ajv';
import { BatchFile, checkLine, type Problem } from '#core';
import { checkingAs } from '../checking.ts';
import { randomFrom } from '../random.ts';
import { resolved, type Schema } from '../sdk/jsonSchema.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Body, Endpoint } from './endpoint.ts';
import { generate } from './generate.ts';
import { type BodyFault, bodyFaults, breakJson, hide, spoil } from './mutate.ts';

/** Each run is the same as the one before, unless this asks for another. */
export const seed = Number(process.env.LLM_BATCH_SEED ?? 20_261_121);
/** Valid requests of each endpoint. */
export const validCount = Number(process.env.LLM_BATCH_COUNT ?? 10_000);

const requestsInFile = 1000;

export interface ValidTrial {
  readonly requests: number;
  readonly bytes: number;
  /** What is wrongly refused, with how often and an example. */
  readonly refused: readonly string[];
  /** Fields that the SDK knows and no request had. */
  readonly unseen: readonly string[];
}

export function tryValid(endpoint: Endpoint): ValidTrial {
  const maker = new RequestMaker(endpoint, seed);
  const refused = new Map<string, { count: number; example: string }>();
  let bytes = 0;
  for (let done = 0; done < validCount; done += requestsInFile) {
    const model = maker.chance.pick(endpoint.models);
    const count = Math.min(requestsInFile, validCount - done);
    const lines = Array.from({ length: count }, (_, i) => maker.text(maker.request(`r${i}`, model)));
    bytes += lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    for (const problem of errorsOf(lines, endpoint)) {
      const key = `${problem.code}: ${problem.message.replaceAll(/\d+/g, '#')}`;
      const found = refused.get(key) ?? { count: 0, example: lines[problem.line] ?? '' };
      refused.set(key, { ...found, count: found.count + 1 });
    }
  }
  return {
    requests: validCount,
    bytes,
    refused: [...refused].map(([key, { count, example }]) => `${count} x ${key}\n    ${example.slice(0, 1500)}`),
    unseen: maker.unseen(),
  };
}

export type Fault = BodyFault | 'envelope' | 'json' | 'hidden' | 'duplicate id';

export interface FaultTrial {
  readonly kind: Fault;
  readonly made: number;
  readonly found: number;
  /** Some of those that were missed. */
  readonly missed: readonly string[];
}

/** @param each how many faults of each kind. */
export function tryFaults(endpoint: Endpoint, each: number): readonly FaultTrial[] {
  const kinds: readonly Fault[] = [...bodyFaults, 'envelope', 'json', 'hidden', 'duplicate id'];
  return kinds.map((kind) => tryFault(endpoint, kind, each));
}

/** A line in four has a fault; the others show that the fault is found on its line and nowhere else. */
function tryFault(endpoint: Endpoint, kind: Fault, each: number): FaultTrial {
  const maker = new RequestMaker(endpoint, seed + 1 + kind.length);
  const missed: string[] = [];
  let [made, found] = [0, 0];
  while (made < each) {
    const model = maker.chance.pick(endpoint.models);
    const lines: string[] = [];
    const faulty = new Map<number, Body>();
    for (let i = 0; i < 200; i++) {
      const request = maker.request(`r${i}`, model);
      const isFaulty = i % 4 === 1 && made + faulty.size < each;
      const spoilt = isFaulty ? maker.spoilt(request, kind) : null;
      if (spoilt !== null) faulty.set(i, spoilt.body);
      lines.push(spoilt?.text ?? maker.text(request));
    }
    if (faulty.size === 0) break;
    // A name twice, half a character and the like are accepted and mean something else: a warning is right.
    const isFound = ({ severity }: Problem): boolean => severity === 'error' || (kind === 'hidden' && severity === 'warning');
    const problems = problemsOf(lines, endpoint);
    const places = new Set(problems.filter(isFound).map(({ line }) => line));
    for (const [line, body] of faulty) {
      if (places.has(line)) found++;
      else if (missed.length < 25) missed.push(`${maker.against(body)}\n    ${lines[line]?.slice(0, 1200)}`);
    }
    for (const { line, severity, message } of problems) {
      // Of two lines with one id, both have the problem.
      if (severity !== 'error' || faulty.has(line) || (kind === 'duplicate id' && line === 0)) continue;
      missed.push(`on a line without fault: ${message} ${lines[line]}`);
    }
    made += faulty.size;
  }
  return { kind, made, found, missed };
}

function errorsOf(lines: readonly string[], endpoint: Endpoint): readonly Problem[] {
  return problemsOf(lines, endpoint).filter(({ severity }) => severity === 'error');
}

function problemsOf(lines: readonly string[], { provider }: Endpoint): readonly Problem[] {
  const checking = checkingAs(provider);
  const file = new BatchFile();
  for (const line of lines) file.push(checkLine(line, Buffer.byteLength(line), checking));
  const textOf = (line: number): string => lines[line] ?? '';
  return file.report({ dialect: checking.dialect, maxProblems: 100_000, severity: {}, textOf }).problems;
}

interface Request {
  readonly id: string;
  readonly body: Body;
}

class RequestMaker {
  readonly chance: Chance;
  readonly #endpoint: Endpoint;
  readonly #isValid: ValidateFunction;
  readonly #seen = new Map<Schema, Set<string>>();
  readonly #taken = new Map<Schema, number>();

  constructor(endpoint: Endpoint, from: number) {
    this.chance = chanceOf(randomFrom(from));
    this.#endpoint = endpoint;
    this.#isValid = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(endpoint.schema);
  }

  body(model: string): Body {
    const { schema, settle } = this.#endpoint;
    const onField = (owner: Schema, name: string): void => {
      const names = this.#seen.get(owner) ?? new Set();
      this.#seen.set(owner, names.add(name));
    };
    const made = generate(schema, { root: schema, chance: this.chance, onField, taken: this.#taken }) as Body;
    const body = settle(made, model, this.chance);
    if (!this.#isValid(body)) throw new Error(`no valid request: ${JSON.stringify(this.#isValid.errors?.slice(0, 3))} ${JSON.stringify(body)}`);
    return body;
  }

  request(id: string, model: string): Request {
    return { id, body: this.body(model) };
  }

  text({ id, body }: Request): string {
    return JSON.stringify(this.#endpoint.lineOf(id, body));
  }

  /** The text of a line with a fault, and its body; null where chance made none of it that the schema sees. */
  spoilt(request: Request, kind: Fault): { readonly text: string; readonly body: Body } | null {
    const { chance } = this;
    const { body } = request;
    const line = this.#endpoint.lineOf(request.id, body);
    const text = JSON.stringify(line);
    switch (kind) {
      case 'envelope':
        return { body, text: JSON.stringify(chance.pick(this.#endpoint.envelopeFaults)(line, chance)) };
      case 'json': {
        const broken = breakJson(text, chance);
        return isJson(broken) ? null : { body, text: broken };
      }
      case 'hidden':
        return { body, text: hide(text, chance) };
      case 'duplicate id':
        return { body, text: this.text({ id: 'r0', body }) };
      default: {
        const spoilt = this.#spoiltBody(body, kind);
        return spoilt === null ? null : { body: spoilt, text: this.text({ id: request.id, body: spoilt }) };
      }
    }
  }

  #spoiltBody(body: Body, kind: BodyFault): Body | null {
    for (let tries = 0; tries < 12; tries++) {
      const copy = structuredClone(body);
      if (!spoil(copy, kind, this.#endpoint.foreign, this.chance)) continue;
      if (!this.#isValid(copy)) return copy;
    }
    return null;
  }

  /** What the SDK's schema has against a body. */
  against(body: Body): string {
    if (this.#isValid(body)) return 'nothing is wrong with its body';
    const deepest = [...(this.#isValid.errors ?? [])].sort((a, b) => depth(b) - depth(a));
    const words = deepest.slice(0, 3).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
    return words.join(' | ').slice(0, 500);
  }

  unseen(): readonly string[] {
    const { schema } = this.#endpoint;
    const unseen: string[] = [];
    const visited = new Set<Schema>();
    const visit = (node: Schema, path: string): void => {
      const found = resolved(node, schema) as Schema & { readonly examples?: readonly unknown[] };
      if (visited.has(found) || found.examples !== undefined) return;
      visited.add(found);
      for (const branch of [...(found.anyOf ?? []), ...(found.oneOf ?? [])]) visit(branch, path);
      if (typeof found.items === 'object' && !Array.isArray(found.items)) visit(found.items as Schema, `${path}[]`);
      for (const [name, child] of Object.entries(found.properties ?? {})) {
        if (this.#seen.get(found)?.has(name) !== true) unseen.push(`${path}.${name}`);
        else if (typeof child === 'object') visit(child, `${path}.${name}`);
      }
    };
    visit(schema, '');
    return unseen;
  }
}

function depth({ instancePath }: { readonly instancePath: string }): number {
  return instancePath.split('/').length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
