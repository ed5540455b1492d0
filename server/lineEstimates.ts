// What was counted of an open document's lines, and what it comes to: totals are kept, never added up again.
import { amounts, bytes, ExactSum, LineColumn, type LineEstimate, RunningEstimate, words } from '#core';
import type { DocumentLine } from './lineDocument.ts';

/** Whether a line's tokens were asked for; nothing of it: they were. */
const flag = { waiting: 1, failed: 2, exact: 4, hasFindings: 8 } as const;

const noModel = 0;

/** A model that counted requests name. */
export interface CountedModel {
  readonly name: string;
  /** Input tokens of all its requests. */
  readonly tokens: ExactSum;
}

/** A line with which the input tokens of a model pass its limit. */
export interface Crossing {
  readonly line: number;
  readonly model: string;
  /** Of the lines before it. */
  readonly before: { readonly tokens: number; readonly isExact: boolean };
  readonly own: { readonly tokens: number; readonly isExact: boolean };
}

/** Each line has a slot as long as it is in the document, wherever edits move it. */
export class LineEstimates {
  readonly running = new RunningEstimate();
  /** In the order of the lines. */
  readonly #slots = new LineColumn(words);
  /** By slot. */
  readonly #flags = new LineColumn(bytes);
  readonly #tokens = new LineColumn(amounts);
  readonly #modelOf = new LineColumn(words);
  #free: number[] = [];
  readonly #models: CountedModel[] = [{ name: '', tokens: new ExactSum() }];
  readonly #modelNumbers = new Map<string, number>();
  #failed = 0;
  /** Lines whose counts pass a limit. */
  #withFindings = 0;

  /** Lines that could not be counted, so that totals lack them. */
  get failed(): number {
    return this.#failed;
  }

  /** The first stands for requests without a model or a count. */
  get models(): readonly CountedModel[] {
    return this.#models;
  }

  /** Lines that have come in place of others. */
  splice(start: number, removed: readonly DocumentLine[], added: readonly DocumentLine[]): void {
    for (const line of removed) {
      this.reset(line);
      this.#free.push(line.slot);
      line.slot = gone;
    }
    this.#slots.splice(start, removed.length, added.length);
    const { values } = this.#slots;
    for (const [index, line] of added.entries()) {
      line.slot = this.#free.pop() ?? this.#newSlot();
      this.#flags.values[line.slot] = flag.waiting;
      values[start + index] = line.slot;
    }
  }

  /** The first line from this one on whose tokens nobody has asked for; the number of lines when there is none. */
  waitingFrom(line: number): number {
    const { values: slots, length } = this.#slots;
    const flags = this.#flags.values;
    let at = line;
    while (at < length && ((flags[slots[at] as number] as number) & flag.waiting) === 0) at++;
    return at;
  }

  sent({ slot }: DocumentLine): void {
    if (slot !== gone) this.#flags.values[slot] = 0;
  }

  /** Nothing when the line is no more. */
  fail({ slot }: DocumentLine): void {
    if (slot === gone || this.#flags.values[slot] !== 0) return;
    this.#flags.values[slot] = flag.failed;
    this.#failed++;
  }

  /** Keeps what a line that was sent comes to. Nothing when the line is no more. */
  set(line: DocumentLine, estimate: LineEstimate | null): void {
    if (line.slot === gone || estimate === null || line.estimate !== null) return;
    const { findings, model, inputTokens, inputMethod } = estimate;
    const has = findings !== undefined && findings.length > 0;
    if (has) this.#withFindings++;
    this.#flags.values[line.slot] = (inputMethod === 'exact' ? flag.exact : 0) | (has ? flag.hasFindings : 0);
    if (model !== null && inputTokens !== null) {
      const number = this.#numberOf(model);
      this.#modelOf.values[line.slot] = number;
      this.#tokens.values[line.slot] = inputTokens;
      this.#models[number]?.tokens.add(inputTokens);
    }
    this.running.add(estimate);
    line.estimate = estimate;
  }

  /** The line is to be counted again. */
  reset(line: DocumentLine): void {
    const { slot, estimate } = line;
    const flags = this.#flags.values[slot] as number;
    if ((flags & flag.failed) !== 0) this.#failed--;
    if ((flags & flag.hasFindings) !== 0) this.#withFindings--;
    this.#flags.values[slot] = flag.waiting;
    if (estimate === null) return;
    this.#models[this.#modelOf.values[slot] as number]?.tokens.remove(this.#tokens.values[slot] as number);
    this.#modelOf.values[slot] = noModel;
    this.#tokens.values[slot] = 0;
    this.running.remove(estimate);
    line.estimate = null;
  }

  /** Lines whose own counts pass a limit, in order. */
  linesWithFindings(): readonly number[] {
    const { values: slots, length } = this.#slots;
    const flags = this.#flags.values;
    const lines: number[] = [];
    for (let line = 0; line < length && lines.length < this.#withFindings; line++) {
      if (((flags[slots[line] as number] as number) & flag.hasFindings) !== 0) lines.push(line);
    }
    return lines;
  }

  /** @param limits by place in `models`; Infinity: none. */
  crossings(limits: readonly number[]): readonly Crossing[] {
    const left = limits.map((limit, model) => (this.#models[model]?.tokens.total() ?? 0) > limit);
    let open = left.filter(Boolean).length;
    if (open === 0) return [];
    const { values: slots, length } = this.#slots;
    const [flags, tokens, modelOf] = [this.#flags.values, this.#tokens.values, this.#modelOf.values];
    const sums = limits.map(() => 0);
    const exact = limits.map(() => true);
    const crossings: Crossing[] = [];
    for (let line = 0; line < length && open > 0; line++) {
      const slot = slots[line] as number;
      const model = modelOf[slot] as number;
      if (left[model] !== true) continue;
      const own = tokens[slot] as number;
      const before = sums[model] as number;
      const isExact = ((flags[slot] as number) & flag.exact) !== 0;
      sums[model] = before + own;
      if (before + own > (limits[model] as number)) {
        const name = this.#models[model]?.name ?? '';
        crossings.push({
          line,
          model: name,
          before: { tokens: before, isExact: exact[model] === true },
          own: { tokens: own, isExact },
        });
        left[model] = false;
        open--;
      } else if (!isExact) exact[model] = false;
    }
    return crossings;
  }

  #newSlot(): number {
    this.#flags.push(0);
    this.#tokens.push(0);
    this.#modelOf.push(noModel);
    return this.#flags.length - 1;
  }

  #numberOf(model: string): number {
    let number = this.#modelNumbers.get(model);
    if (number === undefined) {
      number = this.#models.length;
      this.#models.push({ name: model, tokens: new ExactSum() });
      this.#modelNumbers.set(model, number);
    }
    return number;
  }
}

/** The slot of a line that is not in the document. */
export const gone = -1;
