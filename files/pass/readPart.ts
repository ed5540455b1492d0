// What do the lines of one part of a file come to? Each is decoded and parsed once, then checked and estimated from the same value.
import {
  type CheckLineOptions,
  type Configuration,
  type Counters,
  dialectOf,
  type Encoding,
  type EstimateOptions,
  estimateRequest,
  type LineEstimate,
  type LineFacts,
  type Provider,
  type ReadLine,
  readLine,
} from '#core';
import { countersFor } from '../counters.ts';
import { findInvalidBytes } from '../invalidBytes.ts';
import { cr, type FileLine, lf } from '../lines.ts';
import { factsOf, withoutMark } from './checkFileLine.ts';
import { parseRequest } from './estimateLines.ts';
import type { Part } from './parts.ts';

/** What is asked of every part of a file; can be handed to other threads. */
export interface PartSettings {
  /** Which lines are checked; of a file that is nobody's its first request tells all there is to say. */
  readonly check: 'all' | 'firstRequest' | 'none';
  readonly content: 'requests' | 'results';
  readonly provider: Provider;
  readonly config: Configuration;
  /** ISO date. */
  readonly today: string;
  readonly boundTokens: boolean;
  /** Whether it matters where the lines are. */
  readonly hasPlaces: boolean;
  readonly estimate: { readonly provider: Provider; readonly asModel?: string | undefined } | null;
}

export interface PartAnswer {
  readonly lineCount: number;
  /** Where each line begins, in bytes from the start of the part; without places empty, as are the sizes. */
  readonly starts: ArrayLike<number>;
  /** Bytes of each line, without what ends it. */
  readonly sizes: ArrayLike<number>;
  /** Lines that are not UTF-8. */
  readonly invalid: readonly number[];
  /** Of the lines that were checked, which are the first ones. */
  readonly facts: readonly LineFacts[];
  /** How many of the lines that were not checked are not blank. */
  readonly otherLines: number;
  /** Null where a line is no JSON object; behind the last that is one there are none. Empty where nothing was to be estimated. */
  readonly estimates: readonly (LineEstimate | null)[];
  /** Lines without an estimate that are not blank. */
  readonly unreadableLines: number;
}

export async function readPart({ bytes, offset }: Part, settings: PartSettings): Promise<PartAnswer> {
  const sheet = new PartSheet(settings);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = 0; start < buffer.length; ) {
    const found = buffer.indexOf(lf, start);
    const end = found === -1 ? buffer.length : found;
    const missing = sheet.add(lineAt(buffer, start, end, offset), start);
    if (missing !== null) await sheet.addEstimate(missing);
    start = end + 1;
  }
  return sheet.answer();
}

/** @param end where its LF stands, or the end of the file. */
function lineAt(buffer: Buffer, start: number, end: number, partOffset: number): FileLine {
  const endsInCr = end < buffer.length && end > start && buffer[end - 1] === cr;
  const textEnd = endsInCr ? end - 1 : end;
  const text = buffer.toString('utf8', start, textEnd);
  const offset = partOffset + start;
  return {
    // Only that it is the first of the file matters here.
    line: offset === 0 ? 0 : 1,
    text,
    offset,
    sizeBytes: textEnd - start,
    // Bytes that are not UTF-8 become this character, so that other lines need no second look.
    invalid: text.includes('\ufffd') ? findInvalidBytes(buffer.subarray(start, textEnd)) : null,
    leftOut: false,
  };
}

/** A request whose estimate needs rank data that are not loaded yet. */
interface Uncounted {
  readonly request: object;
  readonly encoding: Encoding;
}

class MissingEncoding extends Error {
  readonly encoding: Encoding;

  constructor(encoding: Encoding) {
    super(`The encoding ${encoding} is not loaded yet.`);
    this.encoding = encoding;
  }
}

class PartSheet {
  readonly #settings: PartSettings;
  readonly #checking: CheckLineOptions;
  readonly #estimating: EstimateOptions | null;
  readonly #starts: number[] = [];
  readonly #sizes: number[] = [];
  readonly #invalid: number[] = [];
  readonly #facts: LineFacts[] = [];
  readonly #estimates: (LineEstimate | null)[] = [];
  #isChecking: boolean;
  #lineCount = 0;
  #otherLines = 0;
  #unreadableLines = 0;

  constructor(settings: PartSettings) {
    const { provider, config, today, boundTokens, estimate } = settings;
    this.#settings = settings;
    this.#checking = { dialect: dialectOf(provider), config, today, ...(boundTokens ? { boundTokens } : {}) };
    this.#estimating =
      estimate === null
        ? null
        : { dialect: dialectOf(estimate.provider), config, today, asModel: estimate.asModel };
    this.#isChecking = settings.check !== 'none';
  }

  /** @returns what is still to be estimated, with `addEstimate`, before the next line comes. */
  add(line: FileLine, start: number): Uncounted | null {
    const { check, content, hasPlaces } = this.#settings;
    this.#lineCount++;
    if (hasPlaces) {
      this.#starts.push(start);
      this.#sizes.push(line.sizeBytes);
    }
    const text = withoutMark(line);
    let read: ReadLine | null = null;
    if (this.#isChecking) {
      if (content === 'requests') read = readLine(text, line.sizeBytes);
      const facts = factsOf(line, text, read, this.#checking, content);
      if (line.invalid !== null) this.#invalid.push(this.#facts.length);
      this.#facts.push(facts);
      if (check === 'firstRequest' && facts.kind !== 'blank') this.#isChecking = false;
    } else if (text.trim() !== '') {
      this.#otherLines++;
    }
    return this.#estimating === null
      ? null
      : this.#estimate(requestOf(line.text, text, read), text, this.#estimating);
  }

  async addEstimate({ request, encoding }: Uncounted): Promise<void> {
    const known = await countersFor([encoding]);
    loaded.add(encoding);
    counters = (asked) => {
      if (!loaded.has(asked)) throw new MissingEncoding(asked);
      return known(asked);
    };
    const left = this.#estimate(request, '', this.#estimating as EstimateOptions);
    if (left !== null) throw new Error(`The encoding ${left.encoding} cannot be loaded.`);
  }

  answer(): PartAnswer {
    return {
      lineCount: this.#lineCount,
      starts: this.#starts,
      sizes: this.#sizes,
      invalid: this.#invalid,
      facts: this.#facts,
      otherLines: this.#otherLines,
      estimates: this.#estimates,
      unreadableLines: this.#unreadableLines,
    };
  }

  #estimate(request: object | null, text: string, options: EstimateOptions): Uncounted | null {
    if (request === null) {
      if (text.trim() !== '') this.#unreadableLines++;
      return null;
    }
    try {
      const estimate = estimateRequest(request, counters, options);
      while (this.#estimates.length < this.#lineCount - 1) this.#estimates.push(null);
      this.#estimates.push(estimate);
      return null;
    } catch (error) {
      // Asking beforehand which rank data a request needs would cost every line what this costs the first.
      if (error instanceof MissingEncoding) return { request, encoding: error.encoding };
      throw error;
    }
  }
}

/** Of this thread; shared by all files. */
const loaded = new Set<Encoding>();
let counters: Counters = (encoding) => {
  throw new MissingEncoding(encoding);
};

/** A mark that begins a line within the file stands in the way of the check, not of counting. */
function requestOf(whole: string, text: string, read: ReadLine | null): object | null {
  if (read !== null && 'value' in read) return read.value;
  return read === null || (whole === text && text.startsWith('\ufeff')) ? parseRequest(whole) : null;
}
