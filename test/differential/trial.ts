// Runs requests made from an SDK's types through the real check: is any valid one refused, is any fault missed?
import { BatchFile, checkLine, type Problem } from '#core';
import { checkingAs } from '../checking.ts';
import type { Body, Endpoint } from './endpoint.ts';
import { bodyFaults } from './mutate.ts';
import { type Fault, RequestMaker } from './requestMaker.ts';

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
    refused: [...refused].map(
      ([key, { count, example }]) => `${count} x ${key}\n    ${example.slice(0, 1500)}`,
    ),
    unseen: maker.unseen(),
  };
}

export interface FaultTrial {
  readonly kind: Fault;
  readonly made: number;
  readonly found: number;
  /** Some of those that were missed. */
  readonly missed: readonly string[];
  /** Errors on lines that are as they should be. */
  readonly elsewhere: readonly string[];
}

/** @param each how many faults of each kind. */
export function tryFaults(endpoint: Endpoint, each: number): readonly FaultTrial[] {
  const kinds: readonly Fault[] = [...bodyFaults, 'envelope', 'json', 'hidden', 'duplicate id'];
  return kinds.map((kind) => tryFault(endpoint, kind, each));
}

/** Every second line has a fault; the others show that the fault is found on its line and nowhere else. */
function tryFault(endpoint: Endpoint, kind: Fault, each: number): FaultTrial {
  const maker = new RequestMaker(endpoint, seed + 1 + kind.length);
  const missed: string[] = [];
  const elsewhere: string[] = [];
  let [made, found] = [0, 0];
  while (made < each) {
    const model = maker.chance.pick(endpoint.models);
    const lines: string[] = [];
    const faulty = new Map<number, Body>();
    for (let i = 0; i < 200; i++) {
      const request = maker.request(`r${i}`, model);
      const isFaulty = i % 2 === 1 && made + faulty.size < each;
      const spoilt = isFaulty ? maker.spoilt(request, kind) : null;
      if (spoilt !== null) faulty.set(i, spoilt.body);
      lines.push(spoilt?.text ?? maker.text(request));
    }
    if (faulty.size === 0) break;
    // A name twice, half a character and the like are accepted and mean something else: a warning is right.
    const isWarned = kind === 'hidden' || (endpoint.warned as readonly Fault[] | undefined)?.includes(kind);
    const isFound = ({ severity }: Problem): boolean =>
      severity === 'error' || (isWarned === true && severity === 'warning');
    const problems = problemsOf(lines, endpoint);
    const places = new Set(problems.filter(isFound).map(({ line }) => line));
    for (const [line, body] of faulty) {
      if (places.has(line)) found++;
      else if (missed.length < 25) missed.push(`${maker.against(body)}\n    ${lines[line]?.slice(0, 1200)}`);
    }
    for (const { line, severity, message } of problems) {
      // Of two lines with one id, both have the problem.
      if (severity !== 'error' || faulty.has(line) || (kind === 'duplicate id' && line === 0)) continue;
      elsewhere.push(`${message} ${lines[line]}`);
    }
    made += faulty.size;
  }
  return { kind, made, found, missed, elsewhere };
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
