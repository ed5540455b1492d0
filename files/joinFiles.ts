// Joins a request file with results files, row by row in source order, in bounded memory: two passes over the requests,
// one over the results to index them, and a read at the right place for each row.
import {
  answeredRow,
  chooseResult,
  type NoResultReason,
  type Outcome,
  type ResultRow,
  readOutcome,
  skimCustomId,
  unansweredRow,
  withoutByteOrderMark,
} from '#core';
import { readingError } from './fileFailure.ts';
import { InputFile } from './inputFile.ts';
import { JoinIndex } from './joinIndex.ts';
import type {
  Duplicate,
  DuplicateResult,
  JoinedRow,
  JoinOptions,
  JoinRequest,
  ResultLineName,
  SurplusLine,
  UnreadableLine,
} from './joinTypes.ts';
import { type FileLine, readLines } from './lines.ts';
import type { ResultPlace } from './resultIndex.ts';
import { notResults, ResultsShape } from './resultsShape.ts';

/** A pass gives way to the event loop after so many bytes of results, however few requests they belong to. */
const batchBytes = 1 << 20;

const carriageReturn = 0x0d;

interface FoundResult {
  readonly outcome: Outcome;
  readonly name: DuplicateResult;
}

interface FoundResults {
  readonly found: readonly FoundResult[];
  /** The first of those that cannot be read. */
  readonly unreadable: ResultLineName | null;
}

export class FileJoin {
  readonly #request: JoinRequest;
  readonly #options: JoinOptions;
  readonly #requests: InputFile;
  readonly #results: readonly InputFile[];
  readonly #index = new JoinIndex();
  readonly #duplicates: Duplicate[] = [];
  readonly #unreadable: UnreadableLine[] = [];
  #buffer = Buffer.allocUnsafe(1 << 16);
  #doneBytes = 0;

  private constructor(
    request: JoinRequest,
    options: JoinOptions,
    files: { readonly requests: InputFile; readonly results: readonly InputFile[] },
  ) {
    this.#request = request;
    this.#options = options;
    this.#requests = files.requests;
    this.#results = files.results;
  }

  /** Opens and indexes all files. @throws FileFailureError, AbortError. */
  static async open(request: JoinRequest, options: JoinOptions): Promise<FileJoin> {
    const opened: InputFile[] = [];
    try {
      const requests = InputFile.open(request.requests);
      opened.push(requests);
      for (const { path } of request.results) opened.push(InputFile.open(path));
      const join = new FileJoin(request, options, { requests, results: opened.slice(1) });
      for await (const lines of join.#lines(requests)) {
        for (const { text } of lines) join.#index.addRequest(withoutByteOrderMark(text));
      }
      for (const file of join.#results.keys()) await join.#indexResults(file);
      return join;
    } catch (error) {
      for (const file of opened) file.dispose();
      throw error;
    }
  }

  /** Results of one id more than once; complete after the last of rows(). */
  get duplicates(): readonly Duplicate[] {
    return this.#duplicates;
  }

  /** Result lines that cannot be read; complete after the last of rows() and surplus(). */
  get unreadable(): readonly UnreadableLine[] {
    return this.#unreadable;
  }

  /** Every request once, in the order of the file. */
  async *rows(): AsyncGenerator<readonly JoinedRow[]> {
    let batch: JoinedRow[] = [];
    let bytes = 0;
    let ordinal = 0;
    for await (const lines of this.#lines(this.#requests)) {
      for (const request of lines) {
        if (this.#index.kindOf(request.line) === 'blank') continue;
        const places = this.#index.placesOf(ordinal);
        batch.push({ request, row: this.#rowOf(request, ordinal++, places) });
        for (const place of places) bytes += place.sizeBytes;
        if (bytes < batchBytes) continue;
        this.#progress(bytes);
        yield batch;
        batch = [];
        bytes = 0;
      }
      this.#progress(bytes);
      yield batch;
      batch = [];
      bytes = 0;
    }
    for (const file of [this.#requests, ...this.#results]) file.assertUnchanged();
    this.#options.onProgress?.(this.#totalBytes(), this.#totalBytes());
  }

  /** Every result line that stands for no row and was not beaten by a better one, as it is; after the last of rows(). */
  *surplus(): Generator<SurplusLine & { readonly bytes: Uint8Array }> {
    for (const aside of this.#index.aside()) {
      const text = this.#read(aside);
      const name = this.#nameOf(aside);
      let { reason } = aside;
      if (reason !== 'unreadable') {
        const result = readOutcome(text);
        if (result.kind === 'noResult') continue;
        if (result.kind === 'unreadable') {
          reason = 'unreadable';
          this.#unreadable.push({ ...name, message: result.message });
        }
      }
      const customId = reason === 'unreadable' ? null : aside.customId;
      yield { ...name, customId, reason, bytes: this.#buffer.subarray(0, aside.sizeBytes) };
    }
  }

  /** The bytes of a request line as they are in the file, with a CR before its end, without LF and the file's own mark. */
  requestBytes(request: FileLine): Uint8Array {
    const mark = request.line === 0 ? markBytes(request) : 0;
    const start = request.offset + mark;
    const size = request.sizeBytes - mark;
    const sizeWithEnd = Math.min(size + 1, this.#requests.sizeBytes - start);
    const bytes = new Uint8Array(sizeWithEnd);
    this.#requests.read(bytes, start, sizeWithEnd);
    return bytes[size] === carriageReturn ? bytes : bytes.subarray(0, size);
  }

  isRequestFile(path: string): boolean {
    return this.#requests.isAt(path);
  }

  isInput(path: string): boolean {
    return this.isRequestFile(path) || this.#results.some((file) => file.isAt(path));
  }

  dispose(): void {
    for (const file of [this.#requests, ...this.#results]) file.dispose();
  }

  async #indexResults(file: number): Promise<void> {
    const input = this.#results[file]!;
    const shape = new ResultsShape();
    for await (const lines of this.#lines(input)) {
      for (const line of lines) {
        const text = withoutByteOrderMark(line.text);
        if (text.trim() === '') continue;
        const customId = skimCustomId(text) ?? null;
        shape.see(text, customId);
        const mark = markBytes(line);
        const place = { offset: line.offset + mark, sizeBytes: line.sizeBytes - mark };
        this.#index.addResult({ file, line: line.line, ...place }, customId);
      }
    }
    if (!shape.isResults && !this.#request.results[file]?.trusted) throw notResults(input.path);
  }

  #rowOf(line: FileLine, ordinal: number, places: readonly ResultPlace[]): ResultRow {
    const isJson = this.#index.kindOf(line.line) === 'json';
    const text = withoutByteOrderMark(line.text);
    const customId = this.#index.customIdOf(ordinal);
    const request = { line: line.line, customId, request: isJson ? text : JSON.stringify(text) };
    const { found, unreadable } = this.#outcomesAt(places, customId);
    const chosen = found[chooseResult(found.map(({ name }) => name))];
    if (chosen === undefined) {
      return unansweredRow(request, this.#whyNone(isJson, customId, unreadable), this.#lastAttempt());
    }
    if (found.length > 1 && customId !== null) {
      const others = found.filter((other) => other !== chosen).map(({ name }) => name);
      this.#duplicates.push({ customId, chosen: chosen.name, others });
    }
    const costUsd = this.#costOf(chosen.outcome, ordinal);
    return answeredRow(request, chosen.outcome, { attempt: chosen.name.attempt, costUsd });
  }

  #outcomesAt(places: readonly ResultPlace[], customId: string | null): FoundResults {
    const found: FoundResult[] = [];
    let unreadable: ResultLineName | null = null;
    for (const place of places) {
      const outcome = readOutcome(this.#read(place));
      const name = this.#nameOf(place);
      if (outcome.kind === 'outcome') {
        const attempt = outcome.attempt ?? this.#request.results[place.file]?.attempt ?? 1;
        found.push({ outcome, name: { ...name, attempt, status: outcome.status } });
      } else if (outcome.kind === 'unreadable') {
        unreadable ??= name;
        this.#unreadable.push({ ...name, message: outcome.message });
        this.#index.setAside({ ...place, customId, reason: 'unreadable' });
      }
    }
    return { found, unreadable };
  }

  #costOf(outcome: Outcome, ordinal: number): number | null {
    const isBilled = outcome.status === 'succeeded' || outcome.usage !== null;
    if (outcome.costUsd !== null || !isBilled) return outcome.costUsd;
    return this.#request.priceOf(outcome.model ?? this.#index.modelOf(ordinal), outcome.usage);
  }

  #whyNone(isJson: boolean, customId: string | null, unreadable: ResultLineName | null): NoResultReason {
    if (!isJson) return { kind: 'notJson' };
    if (customId === null) return { kind: 'noId' };
    if (this.#index.isShared(customId)) return { kind: 'sharedId' };
    if (unreadable === null) return { kind: 'absent', status: this.#request.absent };
    return { kind: 'unreadable', line: unreadable.line };
  }

  #lastAttempt(): number {
    return Math.max(1, ...this.#request.results.map((file) => file.attempt));
  }

  #nameOf(place: ResultPlace): ResultLineName {
    return { path: this.#request.results[place.file]?.path ?? '', line: place.line };
  }

  /** The text of a result line; its bytes stay in the buffer until the next read. */
  #read(place: ResultPlace): string {
    const { length } = this.#buffer;
    if (length < place.sizeBytes) this.#buffer = Buffer.allocUnsafe(Math.max(place.sizeBytes, length * 2));
    this.#results[place.file]?.read(this.#buffer, place.offset, place.sizeBytes);
    return this.#buffer.toString('utf8', 0, place.sizeBytes);
  }

  async *#lines(file: InputFile): AsyncGenerator<readonly FileLine[]> {
    const { signal } = this.#options;
    try {
      let end = 0;
      for await (const lines of readLines(file.path, { signal })) {
        const last = lines[lines.length - 1];
        if (last !== undefined) {
          this.#progress(last.offset + last.sizeBytes - end);
          end = last.offset + last.sizeBytes;
        }
        yield lines;
      }
    } catch (error) {
      throw readingError(error, file.path);
    }
  }

  #progress(bytes: number): void {
    this.#doneBytes += bytes;
    this.#options.onProgress?.(this.#doneBytes, this.#totalBytes());
  }

  /** Each file is read twice: once to index it, once to join. */
  #totalBytes(): number {
    return 2 * [this.#requests, ...this.#results].reduce((sum, file) => sum + file.sizeBytes, 0);
  }
}

/** A byte order mark that the text of a line begins with. */
function markBytes(line: FileLine): number {
  return line.text.length === withoutByteOrderMark(line.text).length ? 0 : 3;
}
