// What a join of files keeps in memory of both sides: ids and places, never texts.
import {
  type Outcome,
  RequestIds,
  type ResultLine,
  type RowNote,
  readOutcome,
  readRequest,
  withoutByteOrderMark,
} from '#core';
import type { FileLine } from '../lines.ts';
import { AnswerFormats, type FormatId } from './answerFormats.ts';
import type { SurplusLine } from './joinTypes.ts';
import { ResultIndex, type ResultPlace } from './resultIndex.ts';

/** A result line that stands for no row. */
export interface Aside extends ResultPlace {
  readonly customId: string | null;
  readonly reason: SurplusLine['reason'];
}

/** Where a request is, and what its line is. */
export interface RequestPlace {
  /** 0-based. */
  readonly line: number;
  readonly offset: number;
  /** Without the terminator. */
  readonly sizeBytes: number;
  /** Of a byte order mark that the line begins with. */
  readonly markBytes: number;
  readonly isJson: boolean;
  /** Some of its bytes are no UTF-8, or stand for a character that says so: they are to be decoded and encoded again. */
  readonly isDoubtful: boolean;
}

const notJson = 1;
const doubtful = 2;
const marked = 4;

/** First all requests, then all results. Requests are known by their ordinal: 0 is the first that is not a blank line. */
export class JoinIndex {
  readonly #formats = new AnswerFormats();
  readonly #ids = new RequestIds();
  readonly #customIds: (string | null)[] = [];
  readonly #models: (string | null)[] = [];
  readonly #lines: number[] = [];
  readonly #offsets: number[] = [];
  readonly #sizes: number[] = [];
  readonly #traits: number[] = [];
  readonly #formatIds: FormatId[] = [];
  /** One string for the same model on every line. */
  readonly #knownModels = new Map<string, string>();
  readonly #aside: Aside[] = [];
  /** Of results that stand for no row: ids that several requests have; null: results without an id. */
  readonly #ambiguousIds = new Set<string | null>();
  #hasLostResult = false;
  #results: ResultIndex | null = null;

  get requests(): number {
    return this.#ids.requests;
  }

  /** Takes the next line of the request file. */
  addRequest(line: FileLine): void {
    const text = withoutByteOrderMark(line.text);
    const { kind, customId, model, format } = readRequest(text);
    if (kind === 'blank') return;
    this.#ids.add(customId);
    this.#customIds.push(customId);
    if (model !== null && !this.#knownModels.has(model)) this.#knownModels.set(model, model);
    this.#models.push(model === null ? null : (this.#knownModels.get(model) ?? null));
    this.#lines.push(line.line);
    this.#formatIds.push(this.#formats.add(format));
    this.#offsets.push(line.offset);
    this.#sizes.push(line.sizeBytes);
    this.#traits.push(
      (kind === 'json' ? 0 : notJson) |
        (text.includes('\ufffd') ? doubtful : 0) |
        (markBytes(line) > 0 ? marked : 0),
    );
  }

  /** @param text of the result. */
  addResult(place: ResultPlace, customId: string | null, text: string): void {
    this.#results ??= new ResultIndex(this.#ids.requests);
    const request = customId === null ? undefined : this.#ids.find(customId);
    if (typeof request === 'number') {
      this.#results.add(request, place);
      return;
    }
    if (customId === null || request === 'several') this.#seeUnmatched(customId, readOutcome(text));
    const reason = request === 'several' ? 'sharedId' : 'unknownId';
    this.setAside({ ...place, customId, reason: customId === null ? 'noId' : reason });
  }

  #seeUnmatched(customId: string | null, result: ResultLine): void {
    if (result.kind === 'outcome') this.#ambiguousIds.add(customId);
    else if (customId === null && result.kind === 'unreadable' && result.reason === 'notJson')
      this.#hasLostResult = true;
  }

  /** Whether there is a line that cannot be read, nor whose result it is: it may be of any request. */
  get hasLostResult(): boolean {
    return this.#hasLostResult;
  }

  /** Whether there is a result that may be of a request without an id (null), or with one that others have, too. */
  isAnswered(customId: string | null): boolean {
    return this.#ambiguousIds.has(customId);
  }

  setAside(line: Aside): void {
    this.#aside.push(line);
  }

  /** In the order of the files and their lines. */
  aside(): readonly Aside[] {
    return this.#aside.toSorted((a, b) => a.file - b.file || a.line - b.line);
  }

  requestAt(request: number): RequestPlace {
    const traits = this.#traits[request] ?? notJson;
    return {
      line: this.#lines[request] ?? 0,
      offset: this.#offsets[request] ?? 0,
      sizeBytes: this.#sizes[request] ?? 0,
      markBytes: (traits & marked) === 0 ? 0 : byteOrderMarkBytes,
      isJson: (traits & notJson) === 0,
      isDoubtful: (traits & doubtful) !== 0,
    };
  }

  customIdOf(request: number): string | null {
    return this.#customIds[request] ?? null;
  }

  /** The model that the request asks for. */
  modelOf(request: number): string | null {
    return this.#models[request] ?? null;
  }

  /** What is to be said of its answer. @param json the request. */
  noteOf(request: number, answer: Outcome, json: Uint8Array): RowNote | null {
    return this.#formats.noteOf(this.#formatIds[request] ?? null, answer, json);
  }

  get uncheckedAnswers(): number {
    return this.#formats.uncheckedAnswers;
  }

  isShared(customId: string): boolean {
    return this.#ids.find(customId) === 'several';
  }

  placesOf(request: number): readonly ResultPlace[] {
    return this.#results?.placesOf(request) ?? [];
  }
}

const byteOrderMarkBytes = 3;

/** Of a byte order mark that the text of a line begins with. */
export function markBytes(line: FileLine): number {
  return line.text.length === withoutByteOrderMark(line.text).length ? 0 : byteOrderMarkBytes;
}
