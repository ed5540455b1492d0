// A batch file as an array of checked lines: what follows from the lines together, exact after every edit.

import type { Dialect } from '../dialects/dialect.ts';
import { DuplicateFixes } from '../fix/duplicateFixes.ts';
import type { LineFacts } from './checkLine.ts';
import { type Collected, type CollectOptions, Collector, type Detail } from './collector.ts';
import { duplicateWords, sharedId } from './duplicateId.ts';
import { blankLine, type Shape, shapeFindings, withUrlOfOthers } from './fileFindings.ts';
import { embeddingInputsPassed, noRequests, requestsPassed, sizePassed } from './fileLimits.ts';
import type { Finding } from './finding.ts';
import { LineTable } from './lineTable.ts';
import { minorityOf } from './minority.ts';
import { Tally } from './tally.ts';

export interface ReportOptions extends CollectOptions {
  readonly dialect: Dialect;
  /** What the lines are; results have no limits and no endpoint. Default: requests. */
  readonly content?: 'requests' | 'results';
  /** What is wrong with the file beside its lines (its name, its encoding); shown on line 0. */
  readonly fileFindings?: readonly Finding[];
  /** What is known of lines beside their text, such as the bytes it was decoded from. */
  readonly lineFindings?: readonly { readonly line: number; readonly finding: Finding }[];
  /** The size on disk where it is known; else lines and their ends. */
  readonly sizeBytes?: number;
  /** Of all line ends; by default one LF between two lines. */
  readonly lineEndBytes?: number;
  /** The lines are not requests of a dialect that can be checked: say only what is known of the file. */
  readonly fileFindingsOnly?: boolean;
}

export interface FileReport extends Collected {
  readonly requests: number;
  readonly sizeBytes: number;
  /** The url most requests name. */
  readonly endpoint: string | null;
  /** All models named, the most frequent first. */
  readonly models: readonly string[];
}

export class BatchFile {
  readonly #lines = new LineTable();
  readonly #urls = new Tally();
  readonly #models = new Tally();
  readonly #forms = new Tally();
  readonly #tallies = { urls: this.#urls, models: this.#models, forms: this.#forms };
  #requests = 0;
  /** Of the requests, those that are no JSON object. */
  #broken = 0;
  #embeddingInputs = 0;
  #lineBytes = 0;

  get lineCount(): number {
    return this.#lines.length;
  }

  /** Lines that are requests, or were meant to be. */
  get requestCount(): number {
    return this.#requests;
  }

  /** Some request names no model. */
  get lacksModels(): boolean {
    return this.#models.total < this.#requests - this.#broken;
  }

  factsOf(line: number): LineFacts | undefined {
    return this.#lines.facts[line];
  }

  /** The first line from this one on that has not been checked; null when there is none. */
  uncheckedFrom(line: number): number | null {
    return this.#lines.uncheckedFrom(line);
  }

  /** Whether a line that has been checked has this custom_id. */
  hasId(id: string): boolean {
    return this.#lines.hasId(id);
  }

  /** Whether another line has the custom_id of this one. */
  sharesId(line: number): boolean {
    return this.#lines.sharesId(line);
  }

  /** -1 when there is none; blank lines after it are no problem. */
  get lastLineWithText(): number {
    return this.#lines.facts.findLastIndex(({ kind }) => kind !== 'blank');
  }

  /** Of a file that is an array or pretty-printed objects: what there is to say instead of its lines. */
  get shape(): Shape | null {
    return this.#shape()?.code ?? null;
  }

  /** Replaces `deleteCount` lines from `start` by others; costs what was touched, plus moving an array's tail. */
  splice(start: number, deleteCount: number, lines: readonly LineFacts[]): void {
    for (const facts of lines) this.#enter(facts);
    for (const facts of this.#lines.facts.slice(start, start + deleteCount)) this.#leave(facts);
    this.#lines.splice(start, deleteCount, lines);
  }

  /** Appends one line; for files read from their start. */
  push(facts: LineFacts): void {
    this.#enter(facts);
    this.#lines.push(facts);
  }

  #enter(facts: LineFacts): void {
    this.#lineBytes += facts.sizeBytes;
    this.#embeddingInputs += facts.embeddingInputs;
    if (isRequest(facts)) this.#requests++;
    if (facts.kind === 'broken') this.#broken++;
    if (facts.url !== null) this.#urls.add(facts.url);
    if (facts.model !== null) this.#models.add(facts.model);
    if (facts.form !== null) this.#forms.add(facts.form);
  }

  #leave(facts: LineFacts): void {
    this.#lineBytes -= facts.sizeBytes;
    this.#embeddingInputs -= facts.embeddingInputs;
    if (isRequest(facts)) this.#requests--;
    if (facts.kind === 'broken') this.#broken--;
    if (facts.url !== null) this.#urls.remove(facts.url);
    if (facts.model !== null) this.#models.remove(facts.model);
    if (facts.form !== null) this.#forms.remove(facts.form);
  }

  report(options: ReportOptions): FileReport {
    const { dialect } = options;
    const collector = new Collector(options);
    for (const finding of options.fileFindings ?? []) collector.add({ line: 0, finding });
    for (const { line, finding } of options.lineFindings ?? []) collector.add({ line, finding });
    const lineEndBytes = options.lineEndBytes ?? Math.max(0, this.lineCount - 1);
    const sizeBytes = options.sizeBytes ?? this.#lineBytes + lineEndBytes;
    const shape = this.#shape();
    if (options.fileFindingsOnly !== true) {
      // Before the lines, whose problems may fill the list.
      const size = options.content === 'results' ? null : sizePassed(sizeBytes, dialect);
      if (size !== null) collector.add({ line: 0, finding: size });
      if (shape === null) {
        if (options.content !== 'results') this.#reportCount(collector, dialect);
        this.#reportLines(collector, options);
      } else collector.add({ line: shape.line, finding: shapeFindings[shape.code] });
    }
    return {
      // How many an array or pretty-printed objects would be is not known; as lines they are none.
      requests: shape === null ? this.#requests : this.#requests - this.#broken,
      sizeBytes,
      endpoint: this.#urls.mostFrequent(),
      models: this.#models.byFrequency(),
      ...collector.finish(),
    };
  }

  /** An array or pretty-printed objects: one problem for the file instead of one for each of its lines. */
  #shape(): { readonly line: number; readonly code: Shape } | null {
    const line = this.#nextLineWithText(0);
    const facts = this.#lines.facts[line];
    if (facts?.kind !== 'broken' || 2 * this.#broken < this.#requests) return null;
    if (facts.shape === 'opensArray') return { line, code: 'json.array-file' };
    const next = this.#lines.facts[this.#nextLineWithText(line + 1)];
    return facts.shape === 'unfinishedObject' && next?.kind === 'broken' && next.shape === 'other'
      ? { line, code: 'json.multiline' }
      : null;
  }

  #nextLineWithText(from: number): number {
    let line = from;
    while (this.#lines.facts[line]?.kind === 'blank') line++;
    return line;
  }

  #reportLines(collector: Collector, { dialect, content, textOf }: ReportOptions): void {
    const url = this.#urls.mostFrequent();
    const minority = minorityOf(dialect, this.#tallies);
    const { facts: all, sharesIds } = this.#lines;
    const addDuplicate = sharesIds ? this.#duplicates(dialect, content ?? 'requests', textOf) : null;
    const last = this.lastLineWithText;
    for (const line of minority === null ? this.#lines.reported() : all.keys()) {
      if (line > last) break;
      const facts = all[line] as LineFacts;
      const add = (finding: Finding | null | undefined): void => {
        if (finding) collector.add({ line, finding });
      };
      const otherForm = minority?.formOf(facts) ?? null;
      if (otherForm !== null) {
        add(otherForm);
        continue;
      }
      for (const finding of facts.findings) {
        add(finding.lacks === 'url' && url !== null ? withUrlOfOthers(finding, url) : finding);
      }
      if (facts.kind === 'blank' && content !== 'results') add(blankLine);
      if (addDuplicate !== null && this.#lines.sharesId(line)) addDuplicate(collector, line, facts.id ?? '');
      add(minority?.urlOf(facts));
      add(minority?.modelOf(facts));
    }
  }

  /** Says of lines, one after the other, that they share an id. */
  #duplicates(
    dialect: Dialect,
    content: 'requests' | 'results',
    textOf: CollectOptions['textOf'],
  ): (collector: Collector, line: number, id: string) => void {
    const lines = this.#lines;
    lines.numberIds();
    const shared = sharedId(content, dialect.idField);
    const duplicateFixes = new DuplicateFixes((id) => this.hasId(id), textOf);
    return (collector, line, id) => {
      const detail = (): Detail => {
        const group = lines.groupOf(line);
        const fixes = content === 'results' ? [] : duplicateFixes.of(line, id, line === group.first);
        return { ...duplicateWords(line, id, group, shared, collector), fixes };
      };
      collector.add({ line, finding: shared.finding, detail });
    };
  }

  #reportCount(collector: Collector, dialect: Dialect): void {
    if (this.#requests === 0) collector.add({ line: 0, finding: noRequests });
    const requests = requestsPassed(this.#requests, dialect);
    if (requests !== null) {
      const line = this.#lineBeyond(requests.limit, (facts) => Number(isRequest(facts)));
      collector.add({ line, finding: requests.finding });
    }
    const inputs = embeddingInputsPassed(this.#embeddingInputs, dialect);
    if (inputs !== null) {
      const line = this.#lineBeyond(inputs.limit, (facts) => facts.embeddingInputs);
      collector.add({ line, finding: inputs.finding });
    }
  }

  /** The line with which the sum over the lines first passes the limit. */
  #lineBeyond(limit: number, amountOf: (facts: LineFacts) => number): number {
    let sum = 0;
    return Math.max(
      0,
      this.#lines.facts.findIndex((facts) => {
        sum += amountOf(facts);
        return sum > limit;
      }),
    );
  }
}

function isRequest(facts: LineFacts): boolean {
  return facts.kind === 'request' || facts.kind === 'broken';
}
