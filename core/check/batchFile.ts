// A batch file as an array of checked lines: what follows from the lines together, exact after every edit.
import { formatCount } from '../figures.ts';
import { openaiLimits } from '../limits.ts';
import type { RelatedPlace } from '../problem.ts';
import type { LineFacts } from './checkLine.ts';
import { clip } from './clip.ts';
import { type Collected, type CollectOptions, Collector, type Pending } from './collector.ts';
import { at, type Finding, wholeLine } from './finding.ts';
import { Tally } from './tally.ts';

/** The lines that share an id; line numbers are worked out when a report asks. */
interface IdGroup {
  size: number;
  first: number;
  second: number;
}

interface LineRecord {
  readonly facts: LineFacts;
  readonly group: IdGroup | null;
}

export interface ReportOptions extends CollectOptions {
  /** What is wrong with the file beside its lines (its name, its encoding); shown on line 0. */
  readonly fileFindings?: readonly Finding[];
  /** The size on disk where it is known; else lines and one LF between them. */
  readonly sizeBytes?: number;
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
  #records: LineRecord[] = [];
  readonly #groups = new Map<string, IdGroup>();
  readonly #urls = new Tally();
  readonly #models = new Tally();
  #requests = 0;
  /** Of the requests, those that are no JSON object. */
  #broken = 0;
  #lineBytes = 0;

  get lineCount(): number {
    return this.#records.length;
  }

  /** Lines that are requests, or were meant to be. */
  get requestCount(): number {
    return this.#requests;
  }

  factsOf(line: number): LineFacts | undefined {
    return this.#records[line]?.facts;
  }

  /** Replaces `deleteCount` lines from `start` by others; costs what was touched, plus moving an array's tail. */
  splice(start: number, deleteCount: number, lines: readonly LineFacts[]): void {
    const added = lines.map((facts) => this.#enter(facts));
    for (let i = start; i < start + deleteCount; i++) {
      const record = this.#records[i];
      if (record !== undefined) this.#leave(record);
    }
    if (deleteCount === added.length) {
      for (const [index, record] of added.entries()) this.#records[start + index] = record;
    } else {
      this.#records = [
        ...this.#records.slice(0, start),
        ...added,
        ...this.#records.slice(start + deleteCount),
      ];
    }
  }

  /** Appends one line; for files read from their start. */
  push(facts: LineFacts): void {
    this.#records.push(this.#enter(facts));
  }

  #enter(facts: LineFacts): LineRecord {
    this.#lineBytes += facts.sizeBytes;
    if (isRequest(facts)) this.#requests++;
    if (facts.kind === 'broken') this.#broken++;
    if (facts.url !== null) this.#urls.add(facts.url);
    if (facts.model !== null) this.#models.add(facts.model);
    if (facts.id === null || facts.id === '') return { facts, group: null };
    let group = this.#groups.get(facts.id);
    if (group === undefined) {
      group = { size: 0, first: -1, second: -1 };
      this.#groups.set(facts.id, group);
    }
    group.size++;
    return { facts, group };
  }

  #leave({ facts, group }: LineRecord): void {
    this.#lineBytes -= facts.sizeBytes;
    if (isRequest(facts)) this.#requests--;
    if (facts.kind === 'broken') this.#broken--;
    if (facts.url !== null) this.#urls.remove(facts.url);
    if (facts.model !== null) this.#models.remove(facts.model);
    if (group !== null && --group.size === 0 && facts.id !== null) this.#groups.delete(facts.id);
  }

  report(options: ReportOptions): FileReport {
    const collector = new Collector(options);
    for (const finding of options.fileFindings ?? []) collector.add({ line: 0, finding });
    const sizeBytes = options.sizeBytes ?? this.#lineBytes + Math.max(0, this.#records.length - 1);
    const shape = this.#shape();
    if (options.fileFindingsOnly !== true) {
      // Before the lines, whose problems may fill the list.
      this.#reportSize(collector, sizeBytes);
      if (shape === null) {
        this.#reportCount(collector);
        this.#reportLines(collector);
      } else collector.add(shape);
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
  #shape(): Pending | null {
    const line = this.#nextLineWithText(0);
    const facts = this.#records[line]?.facts;
    if (facts?.kind !== 'broken' || 2 * this.#broken < this.#requests) return null;
    const next = this.#records[this.#nextLineWithText(line + 1)]?.facts;
    if (facts.shape === 'opensArray') {
      const message =
        'This is a JSON array; a batch file has one request a line, without brackets around them or commas between.';
      return { line, finding: { code: 'json.array-file', where: wholeLine, message } };
    }
    if (facts.shape === 'unfinishedObject' && next?.kind === 'broken' && next.shape === 'other') {
      const message = 'This object goes on over several lines; a batch file has one request a line.';
      return { line, finding: { code: 'json.multiline', where: wholeLine, message } };
    }
    return null;
  }

  #nextLineWithText(from: number): number {
    let line = from;
    while (this.#records[line]?.facts.kind === 'blank') line++;
    return line;
  }

  #reportLines(collector: Collector): void {
    const url = this.#urls.mostFrequent();
    const model = this.#models.mostFrequent();
    const mixedUrls = this.#urls.distinct > 1;
    const mixedModels = this.#models.distinct > 1;
    const hasDuplicates = this.#groups.size < this.#requests && this.#numberGroups();
    let last = this.#records.length - 1;
    while (last >= 0 && this.#records[last]?.facts.kind === 'blank') last--;
    for (let line = 0; line <= last; line++) {
      const { facts, group } = this.#records[line] as LineRecord;
      for (const finding of facts.findings) collector.add({ line, finding });
      if (facts.kind === 'blank') {
        const message = 'A blank line between requests; some providers refuse it.';
        collector.add({ line, finding: { code: 'line.blank', where: wholeLine, message } });
      }
      if (hasDuplicates && group !== null && group.size > 1)
        collector.add(this.#duplicate(line, facts, group, collector));
      if (mixedUrls && facts.url !== null && facts.url !== url) {
        const message = `url is not that of the other requests, ${url}; one batch takes one endpoint.`;
        collector.add({ line, finding: { code: 'request.url-mixed', where: at(['url']), message } });
      }
      if (mixedModels && facts.model !== null && facts.model !== model) {
        const message = `model is not that of the other requests, ${JSON.stringify(clip(model ?? ''))}; one batch takes one model.`;
        collector.add({ line, finding: { code: 'model.mixed', where: at(['body', 'model']), message } });
      }
    }
  }

  /** Notes the first two lines of each id in one pass, so that any number of equal ids costs the same. */
  #numberGroups(): boolean {
    let found = false;
    for (const { group } of this.#records) if (group !== null) group.first = -1;
    for (let line = 0; line < this.#records.length; line++) {
      const group = this.#records[line]?.group;
      if (!group || group.size < 2) continue;
      found = true;
      if (group.first === -1) {
        group.first = line;
        group.second = -1;
      } else if (group.second === -1) {
        group.second = line;
      }
    }
    return found;
  }

  #duplicate(line: number, facts: LineFacts, group: IdGroup, collector: Collector): Pending {
    const other = line === group.first ? group.second : group.first;
    const more = group.size > 2 ? ` and ${formatCount(group.size - 2)} more` : '';
    const id = JSON.stringify(clip(facts.id ?? ''));
    const related = (): RelatedPlace[] => [
      { ...collector.placeOf(other, at(['custom_id'])), message: 'The same id is here.' },
    ];
    const message = `${id} is also on line ${formatCount(other + 1)}${more}; answers could not be told apart.`;
    return { line, finding: { code: 'id.duplicate', where: at(['custom_id']), message }, related };
  }

  #reportCount(collector: Collector): void {
    const { maxRequests } = openaiLimits;
    if (this.#requests === 0) {
      const message = 'The file has no requests.';
      collector.add({ line: 0, finding: { code: 'file.empty', where: wholeLine, message } });
    }
    if (this.#requests > maxRequests) {
      const message = `${formatCount(this.#requests)} requests; OpenAI takes ${formatCount(maxRequests)} in one file. Split it before this line.`;
      const finding: Finding = { code: 'file.too-many-requests', where: wholeLine, message };
      collector.add({ line: this.#lineOfRequest(maxRequests), finding });
    }
  }

  #reportSize(collector: Collector, sizeBytes: number): void {
    const { maxFileBytes, warnFileBytes } = openaiLimits;
    if (sizeBytes <= warnFileBytes) return;
    const isOver = sizeBytes > maxFileBytes;
    const advice = isOver ? 'in one file. Split it.' : 'and does not say whether decimal or binary.';
    const message = `The file has ${(sizeBytes / 1e6).toFixed(1)} MB; OpenAI takes 200 MB ${advice}`;
    collector.add({
      line: 0,
      finding: { code: 'file.too-large', where: wholeLine, message },
      ...(isOver ? {} : { severity: 'warning' }),
    });
  }

  /** The line of the request with this 0-based index among the requests. */
  #lineOfRequest(index: number): number {
    let left = index;
    for (let line = 0; line < this.#records.length; line++) {
      const facts = this.#records[line]?.facts;
      if (facts !== undefined && isRequest(facts) && left-- === 0) return line;
    }
    return 0;
  }
}

function isRequest(facts: LineFacts): boolean {
  return facts.kind === 'request' || facts.kind === 'broken';
}
