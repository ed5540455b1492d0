// What was each answer asked to be? The same schema on every line is kept and read once; of a thousand different ones some
// are read again from their requests when their rows are made.
import { AnswerCheck, type AnswerFormat, type Outcome, type RowNote, readRequest } from '#core';

/** Null: any text; `reread`: it stands in the request. */
export type FormatId = number | 'reread' | null;

const mostKept = 1000;
const mostCharacters = 2_000_000;

export class AnswerFormats {
  readonly #ids = new Map<string, number>();
  readonly #formats: AnswerFormat[] = [];
  readonly #checks: (AnswerCheck | undefined)[] = [];
  #characters = 0;
  #uncheckedAnswers = 0;

  add(format: AnswerFormat | null): FormatId {
    if (format === null) return null;
    const key = `${format.kind} ${format.schema}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#formats.length >= mostKept || this.#characters + key.length > mostCharacters) return 'reread';
    this.#characters += key.length;
    this.#ids.set(key, this.#formats.length);
    return this.#formats.push(format) - 1;
  }

  /** Answers of which it could not be told whether they are as they were asked for. */
  get uncheckedAnswers(): number {
    return this.#uncheckedAnswers;
  }

  /** @param json the request. @returns null: the answer is as it was asked for, or none that could be. */
  noteOf(id: FormatId, { status, text, finishReason }: Outcome, json: Uint8Array): RowNote | null {
    if (id === null || status !== 'succeeded' || text === null || finishReason === 'tool_calls') return null;
    const note = this.#checkOf(id, json)?.note(text) ?? null;
    if (note === 'unknown') this.#uncheckedAnswers++;
    return note === 'unknown' ? null : note;
  }

  #checkOf(id: Exclude<FormatId, null>, json: Uint8Array): AnswerCheck | null {
    if (id === 'reread') {
      const { format } = readRequest(Buffer.from(json).toString('utf8'));
      return format === null ? null : new AnswerCheck(format);
    }
    const known = this.#checks[id];
    const format = this.#formats[id];
    if (known !== undefined || format === undefined) return known ?? null;
    const check = new AnswerCheck(format);
    this.#checks[id] = check;
    return check;
  }
}
