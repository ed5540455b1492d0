// One column of many lines, packed to go from thread to thread: texts, values that many have alike, numbers, findings.
import type { Finding } from '#core';

/** One behind the other. */
export interface PackedTexts {
  readonly joined: string;
  /** -1 for null. */
  readonly lengths: Int32Array;
}

/** What many lines have alike. */
export interface PackedValues<Value> {
  readonly values: readonly Value[];
  /** By their number, from 1 on; 0 for null. */
  readonly numbers: Uint32Array;
}

/** Most lines have none, and those of many are alike: as JSON, each once. */
export interface PackedFindings {
  readonly texts: readonly string[];
  /** Which lines have some, how many, and which: by their places in `texts`, one line behind the other. */
  readonly lines: Uint32Array;
  readonly counts: Uint32Array;
  readonly numbers: Uint32Array;
}

export function packTexts<Line>(lines: readonly Line[], textOf: (line: Line) => string | null): PackedTexts {
  const lengths = new Int32Array(lines.length);
  let joined = '';
  for (let index = 0; index < lines.length; index++) {
    const text = textOf(lines[index] as Line);
    lengths[index] = text === null ? -1 : text.length;
    if (text !== null) joined += text;
  }
  return { joined, lengths };
}

export function unpackTexts({ joined, lengths }: PackedTexts): (string | null)[] {
  const texts: (string | null)[] = [];
  let at = 0;
  for (const length of lengths) {
    texts.push(length === -1 ? null : joined.slice(at, at + length));
    if (length > 0) at += length;
  }
  return texts;
}

/** @param wordsOf equal for equal values. */
export function packValues<Line, Value>(
  lines: readonly Line[],
  select: (line: Line) => Value | null,
  wordsOf: (value: Value) => unknown = (value) => value,
): PackedValues<Value> {
  const numbers = new Uint32Array(lines.length);
  const values: Value[] = [];
  const known = new Map<unknown, number>();
  for (let index = 0; index < lines.length; index++) {
    const value = select(lines[index] as Line);
    if (value === null) continue;
    const words = wordsOf(value);
    const number = known.get(words) ?? values.push(value);
    known.set(words, number);
    numbers[index] = number;
  }
  return { values, numbers };
}

export function valueAt<Value>({ values, numbers }: PackedValues<Value>, line: number): Value | null {
  const number = numbers[line] as number;
  return number === 0 ? null : (values[number - 1] as Value);
}

/** @returns null where all are 0. */
export function packNumbers<Line>(
  lines: readonly Line[],
  numberOf: (line: Line) => number,
): Float64Array | null {
  let numbers: Float64Array | null = null;
  for (let index = 0; index < lines.length; index++) {
    const number = numberOf(lines[index] as Line);
    if (number === 0) continue;
    numbers ??= new Float64Array(lines.length);
    numbers[index] = number;
  }
  return numbers;
}

export function packFindings(lines: readonly { readonly findings?: readonly Finding[] }[]): PackedFindings {
  const [at, counts, numbers]: [number[], number[], number[]] = [[], [], []];
  const known = new Map<string, number>();
  for (const [index, { findings = [] }] of lines.entries()) {
    if (findings.length === 0) continue;
    at.push(index);
    counts.push(findings.length);
    for (const finding of findings) {
      const text = JSON.stringify(finding);
      const number = known.get(text) ?? known.size;
      known.set(text, number);
      numbers.push(number);
    }
  }
  return {
    texts: [...known.keys()],
    lines: Uint32Array.from(at),
    counts: Uint32Array.from(counts),
    numbers: Uint32Array.from(numbers),
  };
}

/** What parts of a file have alike is kept once for all of them. */
export class KnownFindings {
  readonly #byText = new Map<string, Finding>();

  unpack({ texts, lines, counts, numbers }: PackedFindings): ReadonlyMap<number, readonly Finding[]> {
    const findings = texts.map((text) => this.#findingOf(text));
    const byLine = new Map<number, readonly Finding[]>();
    let from = 0;
    for (const [index, line] of lines.entries()) {
      const end = from + (counts[index] as number);
      byLine.set(
        line,
        Array.from(numbers.subarray(from, end), (number) => findings[number] as Finding),
      );
      from = end;
    }
    return byLine;
  }

  #findingOf(text: string): Finding {
    let finding = this.#byText.get(text);
    if (finding === undefined) {
      finding = JSON.parse(text) as Finding;
      if (this.#byText.size < mostKept) this.#byText.set(text, finding);
    }
    return finding;
  }
}

/** Enough for what a program does wrong in each of its lines. */
const mostKept = 1000;
