// Checks a file on disk, streamed, with the same rules as an open document; the bytes are hashed as they are checked.
import { createHash } from 'node:crypto';
import {
  BatchFile,
  type CheckLineOptions,
  type Configuration,
  checkDefaultModel,
  checkName,
  defaultModel,
  detectFile,
  dialectOf,
  type FileKind,
  type FileReport,
  type Finding,
  formatCount,
  type LineFinding,
  type Provider,
  sampleLines,
} from '#core';
import { factsOf, unknownDialect, withoutMark } from './checkFileLine.ts';
import { checkFileTokens } from './checkTokens.ts';
import { encodingOfHead, type HeadEncoding, headFinding, isWide } from './encoding.ts';
import { FileFailureError } from './fileFailure.ts';
import { InputFile } from './inputFile.ts';
import { LinePlaces } from './linePlaces.ts';
import { type FileLine, readLines } from './lines.ts';
import type { WorkerPool } from './workerPool.ts';

export interface CheckFileOptions {
  /** `auto` reads the dialect from the first lines. */
  readonly provider: Provider | 'auto';
  readonly config: Configuration;
  readonly maxProblems: number;
  /** ISO date. */
  readonly today: string;
  /** Who counts tokens, where they must be counted; without it this thread. */
  readonly pool?: WorkerPool | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((readBytes: number) => void) | undefined;
}

export interface FileCheck {
  /** Null when the file is of no dialect that can be checked. */
  readonly provider: Provider | null;
  /** What its lines are. */
  readonly content: 'requests' | 'results';
  readonly report: FileReport;
  /** Of exactly the bytes that were checked, hexadecimal. */
  readonly sha256: string;
}

/**
 * Problems are placed by a second look at their lines, so the file must be a regular one and stay as it is meanwhile.
 * @throws FileFailureError for what cannot be read or changes meanwhile, or AbortError.
 */
export async function checkFile(path: string, options: CheckFileOptions): Promise<FileCheck> {
  const input = InputFile.open(path);
  try {
    const check = await readAll(input, { ...options, boundTokens: true });
    const done = check.finish(await check.tokenFindings());
    input.assertUnchanged();
    return done;
  } finally {
    input.dispose();
  }
}

export type ScanFileOptions = Omit<CheckFileOptions, 'maxProblems' | 'pool'>;

/** The lines of a file and where they are, for whoever changes some of them. */
export interface FileScan {
  readonly head: HeadEncoding;
  /** False also for a file whose lines cannot be told from each other (UTF-16). */
  readonly isBatchFile: boolean;
  /** How the lines were checked. */
  readonly checking: CheckLineOptions;
  readonly lines: BatchFile;
  /** Of all lines; a file that is pretty-printed over very many has less of them in `lines`. */
  readonly lineCount: number;
  /** Without a byte order mark. */
  textOf(line: number): string;
  /** Whether its text is all that its bytes say. */
  isUtf8(line: number): boolean;
  /** The first byte of a line, or of what follows the last one. */
  offsetOf(line: number): number;
}

/** As checkFile sees them. The file must stay open and as it is. */
export async function scanFile(input: InputFile, options: ScanFileOptions): Promise<FileScan> {
  return (await readAll(input, { ...options, maxProblems: 0 })).scan();
}

type ReadOptions = CheckFileOptions & Pick<CheckLineOptions, 'boundTokens'>;

async function readAll(input: InputFile, options: ReadOptions): Promise<FileChecker> {
  const check = new FileChecker(input, options);
  const { signal } = options;
  const lines = readLines(input, { signal, onBytes: (bytes) => check.read(bytes), longLines: 'leaveOut' });
  for await (const batch of lines) {
    check.add(batch);
    options.onProgress?.(check.sizeBytes);
  }
  return check;
}

/** More of a file is not kept to tell whose it is. */
const sampleBytes = 8_000_000;
/** Of providers that take fewer or say nothing; what is found in them can take a gigabyte. Blank lines take next to nothing. */
const mostRequests = 500_000;
const mostLines = 10 * mostRequests;

class FileChecker {
  readonly #input: InputFile;
  readonly #options: ReadOptions;
  readonly #hash = createHash('sha256');
  readonly #file = new BatchFile();
  readonly #places = new LinePlaces();
  readonly #invalid = new Set<number>();
  #head: HeadEncoding | null = null;
  /** Lines that wait until enough of them have come to tell whose file it is. */
  #sample: FileLine[] | null = [];
  #kind: FileKind | null = null;
  #checking: CheckLineOptions;
  #otherLines = 0;
  /** So many lines of a file whose lines are no requests that no more of them are kept. */
  #isPrettyPrinted = false;
  #lastText = { line: -1, text: '' };
  sizeBytes = 0;

  constructor(input: InputFile, options: ReadOptions) {
    this.#input = input;
    this.#options = options;
    this.#checking = checkingOf(options.provider === 'auto' ? 'openai' : options.provider, options);
  }

  get content(): FileCheck['content'] {
    return this.#kind?.kind === 'results' ? 'results' : 'requests';
  }

  /** Of nobody whose lines can be checked. */
  get #isOther(): boolean {
    return this.#kind === null || this.#kind.kind === 'recognised';
  }

  read(bytes: Uint8Array): void {
    this.#head ??= encodingOfHead(bytes);
    this.#hash.update(bytes);
    this.sizeBytes += bytes.length;
  }

  add(lines: readonly FileLine[]): void {
    if (this.#head !== null && isWide(this.#head)) return;
    if (this.#sample === null) {
      for (const line of lines) this.#check(line);
      const most = 2 * Math.max(mostRequests / 2, this.#checking.dialect.requests.max ?? 0);
      if (!this.#isPrettyPrinted && this.#file.requestCount > most) {
        // A request over ten lines is one all the same; the first lines have told all there is to say.
        if (this.#file.shape === null) throw this.#tooMany(most);
        this.#isPrettyPrinted = true;
      }
      if (this.#places.count > mostLines) throw this.#tooMany(mostLines);
      return;
    }
    // Not spread into arguments: a chunk of blank lines has a million of them.
    for (const line of lines) this.#sample.push(line);
    if (this.#sample.length >= sampleLines * 2 || this.sizeBytes > sampleBytes) this.#decide(this.#sample);
  }

  /** Lines that pass a limit in tokens; counts what must be counted for it. */
  async tokenFindings(): Promise<readonly LineFinding[]> {
    if (this.#sample !== null) this.#decide(this.#sample);
    if (this.#kind?.kind !== 'requests' || this.#file.shape !== null) return [];
    const { pool, signal } = this.#options;
    const textOf = (line: number): string => this.#textOf(line);
    return checkFileTokens({ file: this.#file, checking: this.#checking, textOf, pool, signal });
  }

  finish(lineFindings: readonly LineFinding[]): FileCheck {
    if (this.#sample !== null) this.#decide(this.#sample);
    const ofHead = this.#head === null ? null : headFinding(this.#head);
    const { dialect } = this.#checking;
    const ofName = this.content === 'results' ? [] : checkName(this.#input.path, dialect);
    const fileFindings = [...ofName, ...this.#ofModel(), ...(ofHead === null ? [] : [ofHead])];
    const isUnreadable = this.#head !== null && isWide(this.#head);
    const unknown = isUnreadable ? ofHead : unknownDialect(this.#kind, this.#file.requestCount);
    const report = this.#file.report({
      dialect,
      maxProblems: this.#options.maxProblems,
      severity: this.#options.config.severity,
      textOf: (line) => this.#textOf(line),
      sizeBytes: this.sizeBytes,
      content: this.content,
      fileFindings: unknown === null ? fileFindings : [unknown],
      lineFindings,
      fileFindingsOnly: unknown !== null,
    });
    const requests = report.requests + this.#otherLines;
    const provider = unknown === null ? dialect.provider : null;
    const { content } = this;
    return { provider, content, report: { ...report, requests }, sha256: this.#hash.digest('hex') };
  }

  /** Of the model of requests that name none. */
  #ofModel(): readonly Finding[] {
    const { dialect, config, today } = this.#checking;
    if (this.content === 'results' || !this.#file.lacksModels) return [];
    return checkDefaultModel(dialect, defaultModel(dialect, config), today);
  }

  scan(): FileScan {
    if (this.#sample !== null) this.#decide(this.#sample);
    const head = this.#head ?? encodingOfHead(new Uint8Array());
    const unknown = unknownDialect(this.#kind, this.#file.requestCount);
    return {
      head,
      isBatchFile: !isWide(head) && unknown === null && this.content === 'requests',
      checking: this.#checking,
      lines: this.#file,
      textOf: (line) => this.#textOf(line),
      isUtf8: (line) => !this.#invalid.has(line),
      lineCount: this.#places.count,
      offsetOf: (line) => (line < this.#places.count ? this.#places.at(line).offset : this.sizeBytes),
    };
  }

  #decide(lines: readonly FileLine[]): void {
    const { provider, config } = this.#options;
    this.#kind =
      provider === 'auto'
        ? detectFile(lines.map(withoutMark), config.provider)
        : { kind: 'requests', dialect: dialectOf(provider) };
    if (this.#kind !== null && this.#kind.kind !== 'recognised') {
      this.#checking = checkingOf(this.#kind.dialect.provider, this.#options);
    }
    this.#sample = null;
    for (const line of lines) this.#check(line);
  }

  #check(line: FileLine): void {
    // Of a file that is none of ours only that is said.
    if (this.#isOther && this.#file.requestCount > 0) {
      if (line.text.trim() !== '' || line.leftOut) this.#otherLines++;
      return;
    }
    this.#places.add(line);
    if (line.invalid !== null) this.#invalid.add(line.line);
    if (this.#isPrettyPrinted) return;
    this.#file.push(factsOf(line, this.#checking, this.content));
  }

  #tooMany(most: number): FileFailureError {
    const { path } = this.#input;
    const message = `${path} has more than ${formatCount(most)} lines, far more than a batch takes; split it first.`;
    return new FileFailureError({ kind: 'notReadable', path, message });
  }

  /** Problems come sorted by line, and a line may be long and have many. */
  #textOf(line: number): string {
    if (this.#lastText.line === line) return this.#lastText.text;
    const { offset, sizeBytes } = this.#places.at(line);
    const bytes = Buffer.allocUnsafe(sizeBytes);
    this.#input.read(bytes, offset, sizeBytes);
    this.#lastText = { line, text: withoutMark({ line, text: bytes.toString('utf8') }) };
    return this.#lastText.text;
  }
}

function checkingOf(provider: Provider, { config, today, boundTokens }: ReadOptions): CheckLineOptions {
  const bound = boundTokens === true ? { boundTokens } : {};
  return { dialect: dialectOf(provider), config, today, ...bound };
}
