// What is wrong with a file on disk? Takes what its parts come to, in their order, and keeps what follows from all of them.
import {
  BatchFile,
  type CheckLineOptions,
  checkDefaultModel,
  checkName,
  defaultModel,
  dialectOf,
  type FileReport,
  type Finding,
  formatCount,
  type LineFacts,
  type LineFinding,
  TokenFindings,
} from '#core';
import { headFinding } from '../encoding.ts';
import { FileFailureError } from '../fileFailure.ts';
import type { InputFile } from '../inputFile.ts';
import type { CheckFileOptions, FileCheck, FileScan, FirstCheck } from './check.ts';
import { unknownDialect, withoutMark } from './checkFileLine.ts';
import { checkFileTokens } from './checkTokens.ts';
import { EstimateSheet } from './estimateSheet.ts';
import { type FileHead, readHead } from './fileHead.ts';
import type { AnsweredPart } from './filePass.ts';
import { LinePlaces } from './linePlaces.ts';
import type { PartAnswer, PartSettings } from './readPart.ts';

export type FileCheckerOptions = Pick<
  CheckFileOptions,
  'provider' | 'config' | 'today' | 'maxProblems' | 'estimate' | 'pool' | 'signal'
> &
  Pick<CheckLineOptions, 'boundTokens'>;

/** Of providers that take fewer or say nothing; what is found in them can take a gigabyte. Blank lines take next to nothing. */
const mostRequests = 500_000;
const mostLines = 10 * mostRequests;

export class FileChecker {
  readonly #input: InputFile;
  readonly #options: FileCheckerOptions;
  readonly #head: FileHead;
  readonly #checking: CheckLineOptions;
  readonly #file = new BatchFile();
  readonly #places = new LinePlaces();
  readonly #invalid = new Set<number>();
  readonly #estimates: EstimateSheet | null;
  readonly #tokens: TokenFindings;
  readonly #mostRequests: number;
  #settings: PartSettings;
  #otherLines = 0;
  /** So many lines of a file whose lines are no requests that no more of them are kept. */
  #isPrettyPrinted = false;
  #lastText = { line: -1, text: '' };

  /** Reads the head of the file. @throws FileFailureError. */
  constructor(input: InputFile, options: FileCheckerOptions) {
    const { config, today, estimate = 'none' } = options;
    this.#input = input;
    this.#options = options;
    this.#head = readHead(input, options);
    const { kind, isWide } = this.#head;
    const dialect = kind !== null && kind.kind !== 'recognised' ? kind.dialect : dialectOf('openai');
    this.#checking = { dialect, config, today };
    this.#mostRequests = Math.max(mostRequests, 2 * (dialect.requests.max ?? 0));
    this.#tokens = new TokenFindings(this.#checking);
    this.#estimates = estimate === 'none' ? null : new EstimateSheet(kind, estimate === 'lines');
    this.#settings = {
      check: isWide ? 'none' : this.#isOther ? 'firstRequest' : 'all',
      content: this.content,
      provider: dialect.provider,
      ...{ config, today },
      hasPlaces: true,
      boundTokens: options.boundTokens === true && this.#estimates === null,
      estimate: this.#estimates?.settings ?? null,
    };
  }

  /** What is to be asked of the parts that come next. */
  get settings(): PartSettings {
    return this.#settings;
  }

  get content(): FileCheck['content'] {
    return this.#head.kind?.kind === 'results' ? 'results' : 'requests';
  }

  /** Of nobody whose lines can be checked. */
  get #isOther(): boolean {
    const { kind } = this.#head;
    return kind === null || kind.kind === 'recognised';
  }

  /** @throws FileFailureError. */
  add({ offset, answer }: AnsweredPart): void {
    if (this.#estimates !== null) this.#addEstimates(this.#estimates, answer);
    if (this.#head.isWide) return;
    if (this.#isOther) this.#addOther(offset, answer);
    else this.#addLines(offset, answer);
  }

  /** Null where nothing has been found out that is worth a word. */
  first(): Omit<FirstCheck, 'readBytes'> | null {
    if (this.#file.requestCount === 0) return null;
    const { provider, content, report } = this.#check([]);
    return { provider, content, report };
  }

  /** Lines that pass a limit in tokens; counts what must be counted for it. */
  async tokenFindings(): Promise<readonly LineFinding[]> {
    if (this.#head.kind?.kind !== 'requests' || this.#file.shape !== null) return [];
    if (this.#estimates !== null) return this.#tokens.findings;
    const { pool, signal } = this.#options;
    const textOf = (line: number): string => this.#textOf(line);
    return checkFileTokens({ file: this.#file, checking: this.#checking, textOf, pool, signal });
  }

  finish(lineFindings: readonly LineFinding[]): Omit<FileCheck, 'sha256'> {
    return { ...this.#check(lineFindings), estimate: this.#estimates?.result() ?? null };
  }

  scan(): FileScan {
    const { encoding, isWide, kind } = this.#head;
    const unknown = unknownDialect(kind, this.#file.requestCount);
    return {
      head: encoding ?? { encoding: 'utf-8', hasMark: false },
      isBatchFile: !isWide && unknown === null && this.content === 'requests',
      checking: this.#checking,
      lines: this.#file,
      textOf: (line) => this.#textOf(line),
      isUtf8: (line) => !this.#invalid.has(line),
      lineCount: this.#places.count,
      offsetOf: (line) => (line < this.#places.count ? this.#places.at(line).offset : this.#input.sizeBytes),
    };
  }

  #check(lineFindings: readonly LineFinding[]): Pick<FileCheck, 'provider' | 'content' | 'report'> {
    const { encoding, isWide, kind } = this.#head;
    const ofHead = encoding === null ? null : headFinding(encoding);
    const { dialect } = this.#checking;
    const { content } = this;
    const ofName = content === 'results' ? [] : checkName(this.#input.path, dialect);
    const fileFindings = [...ofName, ...this.#ofModel(), ...(ofHead === null ? [] : [ofHead])];
    const unknown = isWide ? ofHead : unknownDialect(kind, this.#file.requestCount);
    const report: FileReport = this.#file.report({
      dialect,
      content,
      maxProblems: this.#options.maxProblems,
      severity: this.#options.config.severity,
      textOf: (line) => this.#textOf(line),
      sizeBytes: this.#input.sizeBytes,
      fileFindings: unknown === null ? fileFindings : [unknown],
      lineFindings,
      fileFindingsOnly: unknown !== null,
    });
    const requests = report.requests + this.#otherLines;
    return { provider: unknown === null ? dialect.provider : null, content, report: { ...report, requests } };
  }

  /** Of the model of requests that name none. */
  #ofModel(): readonly Finding[] {
    const { dialect, config, today } = this.#checking;
    if (this.content === 'results' || !this.#file.lacksModels) return [];
    return checkDefaultModel(dialect, defaultModel(dialect, config), today);
  }

  #addEstimates(sheet: EstimateSheet, answer: PartAnswer): void {
    const isOfRequests = this.#head.kind?.kind === 'requests' && !this.#isPrettyPrinted;
    const firstLine = sheet.lineCount;
    sheet.add(answer);
    if (!isOfRequests) return;
    for (const [index, { kind }] of answer.facts.entries()) {
      const estimate = answer.estimates[index] ?? null;
      if (kind === 'request' && estimate !== null) this.#tokens.add(firstLine + index, estimate);
    }
  }

  /** Of a file that is none of ours only that is said. */
  #addOther(offset: number, answer: PartAnswer): void {
    for (const [index, facts] of answer.facts.entries()) {
      if (this.#file.requestCount > 0) this.#otherLines += Number(facts.kind !== 'blank');
      else this.#addLine(offset, answer, index, facts);
    }
    this.#otherLines += answer.otherLines;
  }

  #addLines(offset: number, answer: PartAnswer): void {
    for (let index = 0; index < answer.lineCount; index++) {
      const facts = answer.facts[index];
      this.#addLine(offset, answer, index, this.#isPrettyPrinted ? undefined : facts);
    }
    for (const index of answer.invalid) {
      this.#invalid.add(this.#places.count - answer.lineCount + index);
    }
  }

  #addLine(offset: number, { starts, sizes }: PartAnswer, index: number, facts: LineFacts | undefined): void {
    this.#places.add(offset + (starts[index] as number), sizes[index] as number);
    if (this.#places.count > mostLines) throw this.#tooMany(mostLines);
    if (facts === undefined) return;
    this.#file.push(facts);
    if (this.#file.requestCount <= this.#mostRequests) return;
    // A request over ten lines is one all the same; the first lines have told all there is to say.
    if (this.#file.shape === null) throw this.#tooMany(this.#mostRequests);
    this.#isPrettyPrinted = true;
    this.#settings = { ...this.#settings, check: 'none' };
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
