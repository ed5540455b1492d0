// Joins a request file with results files, row by row in source order, in bounded memory: two passes over the requests,
// one over the results to index them, and a read at the right place for each row.
import { setImmediate as immediate } from 'node:timers/promises';
import {
  absenceAt,
  answeredRow,
  type NoResultReason,
  readOutcome,
  skimCustomId,
  unansweredRow,
  withoutByteOrderMark,
} from '#core';
import { readingError } from '../fileFailure.ts';
import { InputFile } from '../inputFile.ts';
import { type FileLine, readLines } from '../lines.ts';
import { JoinBytes } from './joinBytes.ts';
import { JoinIndex, markBytes, type RequestPlace } from './joinIndex.ts';
import type {
  Duplicate,
  JoinedRow,
  JoinOptions,
  JoinRequest,
  ResultLineName,
  SurplusLine,
  UnreadableLine,
} from './joinTypes.ts';
import { RequestResults } from './requestResults.ts';
import type { ResultPlace } from './resultIndex.ts';
import { notResults, ResultsShape } from './resultsShape.ts';

/** Rows are handed over without a pause until so many bytes have been read for them. */
const restBytes = 1 << 20;
/** Larger ones are no faster, and are not given back at once: 80 MB more for two files of 200 MB (2026-11-21). */
const chunkBytes = 1 << 18;

export class FileJoin {
  readonly #request: JoinRequest;
  readonly #options: JoinOptions;
  readonly #requests: InputFile;
  readonly #results: readonly InputFile[];
  readonly #index = new JoinIndex();
  readonly #duplicates: Duplicate[] = [];
  readonly #bytes: JoinBytes;
  readonly #found: RequestResults;
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
    this.#bytes = new JoinBytes(files.requests, files.results);
    this.#found = new RequestResults(request, this.#index, this.#bytes);
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
        for (const line of lines) join.#index.addRequest(line);
      }
      for (const file of join.#results.keys()) await join.#indexResults(file);
      return join;
    } catch (error) {
      for (const file of opened) file.dispose();
      throw error;
    }
  }

  /** Results of one id more than once; complete after eachRow(). */
  get duplicates(): readonly Duplicate[] {
    return this.#duplicates;
  }

  /** Result lines that cannot be read; complete after eachRow() and the last of surplus(). */
  get unreadable(): readonly UnreadableLine[] {
    return this.#found.unreadable;
  }

  /** USD of answers that stand for no request because one of another attempt does; null when not known. After eachRow(). */
  get otherUsd(): number | null {
    return this.#found.otherUsd;
  }

  /** Answers of which it could not be told whether they fit the schema of their request; complete after eachRow(). */
  get uncheckedAnswers(): number {
    return this.#index.uncheckedAnswers;
  }

  /**
   * Every request once, in the order of the file.
   * @param rest is awaited between rows, every megabyte or so: who takes them may write then, and stop by throwing.
   */
  async eachRow(take: (row: JoinedRow) => void, rest: () => Promise<void>): Promise<void> {
    let bytes = 0;
    const pause = async (): Promise<void> => {
      this.#progress(bytes);
      bytes = 0;
      await rest();
      // Also where nothing had to be waited for: others want the thread, too.
      await immediate();
      this.#options.signal?.throwIfAborted();
    };
    for (let ordinal = 0; ordinal < this.#index.requests; ordinal++) {
      const places = this.#index.placesOf(ordinal);
      const request = this.#index.requestAt(ordinal);
      take(this.#rowOf(ordinal, request, places));
      bytes += request.sizeBytes;
      for (const place of places) bytes += place.sizeBytes;
      if (bytes >= restBytes) await pause();
    }
    await pause();
    for (const file of [this.#requests, ...this.#results]) file.assertUnchanged();
    this.#options.onProgress?.(this.#totalBytes(), this.#totalBytes());
  }

  /** Every result line that stands for no row and was not beaten by a better one, as it is; after eachRow(). */
  *surplus(): Generator<SurplusLine & { readonly bytes: Uint8Array }> {
    for (const aside of this.#index.aside()) {
      const bytes = this.#bytes.result(aside);
      const name = this.#found.nameOf(aside);
      let { reason } = aside;
      if (reason !== 'unreadable') {
        const result = readOutcome(bytes.toString('utf8'));
        if (result.kind === 'noResult') continue;
        if (result.kind === 'unreadable') {
          reason = 'unreadable';
          this.#found.unreadable.push({ ...name, message: result.message });
        }
      }
      const customId = reason === 'unreadable' ? null : aside.customId;
      yield { ...name, customId, reason, bytes };
    }
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
        this.#index.addResult({ file, line: line.line, ...place }, customId, text);
      }
    }
    if (!shape.isResults && !this.#request.results[file]?.trusted) throw notResults(input.path);
  }

  #rowOf(ordinal: number, place: RequestPlace, places: readonly ResultPlace[]): JoinedRow {
    const customId = this.#index.customIdOf(ordinal);
    const { chosen, names, unreadable } = this.#found.find(places, customId, ordinal);
    const request = { line: place.line, customId };
    const bytes = this.#bytes.request(place);
    if (chosen === null) {
      const reason = this.#whyNone(place, customId, unreadable);
      return { facts: unansweredRow(request, reason, this.#lastAttempt()), ...bytes, response: null };
    }
    if (names.length > 1 && customId !== null) {
      const others = names.filter((other) => other !== chosen.name);
      this.#duplicates.push({ customId, chosen: chosen.name, others });
    }
    const { outcome, text, name } = chosen;
    const costUsd = this.#found.costOf(outcome, ordinal);
    const answered = answeredRow(request, outcome, { attempt: name.attempt, costUsd });
    const facts = { ...answered, note: outcome.note ?? this.#index.noteOf(ordinal, outcome, bytes.request) };
    return { facts, ...bytes, response: this.#bytes.response(chosen.place, text, outcome.responseAt) };
  }

  #whyNone(
    { isJson, line }: RequestPlace,
    customId: string | null,
    unreadable: ResultLineName | null,
  ): NoResultReason {
    if (!isJson) return { kind: 'notJson' };
    const isAnswered = this.#index.isAnswered(customId);
    if (customId === null) return { kind: 'noId', isAnswered };
    if (this.#index.isShared(customId)) return { kind: 'sharedId', isAnswered };
    if (unreadable !== null) return { kind: 'unreadable', line: unreadable.line };
    const absence = absenceAt(this.#request.absent, line);
    const isLost = absence.status === 'missing' && this.#index.hasLostResult;
    return isLost ? { kind: 'unreadable', line: null } : { kind: 'absent', ...absence };
  }

  #lastAttempt(): number {
    return Math.max(1, ...this.#request.results.map((file) => file.attempt));
  }

  async *#lines(file: InputFile): AsyncGenerator<readonly FileLine[]> {
    const { signal } = this.#options;
    try {
      let end = 0;
      for await (const lines of readLines(file, { signal, chunkBytes })) {
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
