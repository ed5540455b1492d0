// Where is a batch file on disk cut, so that each part is within the limits? Nothing is written: parts are ranges of its bytes.
import {
  BatchFile,
  type Configuration,
  type Dialect,
  detectFile,
  dialectOf,
  type EstimatedLine,
  embeddingInputsOf,
  type FilePart,
  type GivenLimits,
  PartCutter,
  type PartLimits,
  type PassedLimit,
  type Provider,
  partLimits,
  readLine,
  sampleLines,
  withoutByteOrderMark,
} from '#core';
import { encodingOfHead, type HeadEncoding, isWide } from '../encoding.ts';
import { FileFailureError } from '../fileFailure.ts';
import type { InputFile } from '../inputFile.ts';
import { type FileLine, readLines } from '../lines.ts';

export interface CutOptions {
  /** `auto` reads the dialect from the first lines. */
  readonly provider: Provider | 'auto';
  readonly config: Configuration;
  readonly given?: GivenLimits | undefined;
  /** By line; where tokens are limited. Lines that are not in it have no tokens that are known. */
  readonly estimates?: readonly EstimatedLine[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((readBytes: number) => void) | undefined;
}

export interface FileCut {
  /** Null when the lines are requests of nobody. */
  readonly dialect: Dialect | null;
  readonly limits: PartLimits;
  readonly lines: number;
  readonly requests: number;
  /** One after the other they are the file: every line is in one of them. None for a file without requests. */
  readonly parts: readonly FilePart[];
  /** Parts that are beyond a limit, because one request alone is. */
  readonly passed: readonly PassedLimit[];
}

/**
 * Streams the file once. What is wrong with its lines is of no account; they must be lines, though.
 * @param input stays open. @throws FileFailureError, AbortError.
 */
export async function cutFile(input: InputFile, options: CutOptions): Promise<FileCut> {
  let head: HeadEncoding | null = null;
  const onBytes = (bytes: Uint8Array): void => {
    head ??= encodingOfHead(bytes);
    if (isWide(head)) throw notLines(input.path, 'is not saved as UTF-8; save it as UTF-8 first');
  };
  const { signal, onProgress } = options;
  let cutting: Cutting | null = null;
  const sample: FileLine[] = [];
  for await (const lines of readLines(input, { signal, onBytes, longLines: 'leaveOut' })) {
    if (cutting === null) {
      // Not spread into arguments: a chunk of blank lines has a million of them.
      for (const line of lines) sample.push(line);
      if (sample.length < sampleLines * 2 && sampleBytes(sample) < mostSampleBytes) continue;
      cutting = new Cutting(input, sample, options);
    } else for (const line of lines) cutting.add(line);
    onProgress?.(cutting.startedBytes);
  }
  return (cutting ?? new Cutting(input, sample, options)).finish();
}

const mostSampleBytes = 8_000_000;

function sampleBytes(sample: readonly FileLine[]): number {
  const last = sample.at(-1);
  return last === undefined ? 0 : last.offset + last.sizeBytes;
}

class Cutting {
  readonly #input: InputFile;
  readonly #dialect: Dialect | null;
  readonly #limits: PartLimits;
  readonly #cutter: PartCutter;
  readonly #estimates: Iterator<EstimatedLine>;
  #estimate: EstimatedLine | undefined;
  /** Where it ends is known from where the next one begins. */
  #last: FileLine | null = null;
  #lines = 0;
  #requests = 0;

  constructor(input: InputFile, sample: readonly FileLine[], options: CutOptions) {
    this.#input = input;
    this.#dialect = dialectOfSample(sample, options);
    assertLines(input.path, sample);
    this.#limits = partLimits(this.#dialect, options.config, options.given);
    this.#cutter = new PartCutter(this.#limits);
    this.#estimates = (options.estimates ?? [])[Symbol.iterator]();
    this.#estimate = this.#estimates.next().value;
    for (const line of sample) this.add(line);
  }

  /** Of the lines before the last. */
  get startedBytes(): number {
    return this.#last?.offset ?? 0;
  }

  add(line: FileLine): void {
    if (this.#last !== null) this.#weigh(this.#last, line.offset);
    this.#last = line;
  }

  finish(): FileCut {
    if (this.#last !== null) this.#weigh(this.#last, this.#input.sizeBytes);
    this.#last = null;
    const { parts, passed } = this.#cutter.finish();
    const [lines, requests] = [this.#lines, this.#requests];
    const found = requests === 0 ? [] : parts;
    return { dialect: this.#dialect, limits: this.#limits, lines, requests, parts: found, passed };
  }

  #weigh(line: FileLine, end: number): void {
    this.#lines++;
    const text = withoutByteOrderMark(line.text);
    const isRequest = line.leftOut || !isBlank(text);
    if (isRequest) this.#requests++;
    const estimate = this.#estimateOf(line.line);
    this.#cutter.add({
      isRequest,
      sizeBytes: end - line.offset,
      embeddingInputs: this.#dialect === null ? 0 : embeddingInputsOf(text, this.#dialect),
      tokens: estimate?.inputTokens ?? null,
      model: estimate?.model ?? null,
    });
  }

  /** Both are in the order of the file. */
  #estimateOf(line: number): EstimatedLine['estimate'] | null {
    while (this.#estimate !== undefined && this.#estimate.line < line) {
      this.#estimate = this.#estimates.next().value;
    }
    return this.#estimate?.line === line ? this.#estimate.estimate : null;
  }
}

function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  return text === '' || ((first <= 0x20 || first > 0x7f) && text.trim() === '');
}

function dialectOfSample(sample: readonly FileLine[], { provider, config }: CutOptions): Dialect | null {
  if (provider !== 'auto') return dialectOf(provider);
  const kind = detectFile(
    sample.map(({ text }) => withoutByteOrderMark(text)),
    config.provider,
  );
  return kind?.kind === 'requests' ? kind.dialect : null;
}

/** A cut between the lines of one value would leave two halves. */
function assertLines(path: string, sample: readonly FileLine[]): void {
  const file = new BatchFile();
  for (const line of sample) {
    const read = readLine(withoutByteOrderMark(line.text), line.sizeBytes);
    file.push('facts' in read ? read.facts : read.request);
  }
  if (file.shape === null) return;
  const what =
    file.shape === 'json.array-file' ? 'is a JSON array' : 'has requests that go on over several lines';
  throw notLines(path, `${what}; write each request on a line of its own first`);
}

function notLines(path: string, what: string): FileFailureError {
  const message = `${path} ${what}, which "llm-batch check --fix" does.`;
  return new FileFailureError({ kind: 'notReadable', path, message });
}
