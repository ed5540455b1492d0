// Counts every problem of a file, keeps the worst ones, and places only those that are listed.
import {
  type Place,
  type Problem,
  problemCodes,
  type RelatedPlace,
  type Scope,
  type Severity,
  type SeverityOverrides,
  severityRank,
} from '../problem.ts';
import { columnsOf, type Finding, type Where } from './finding.ts';

/** A problem that is known by its line but not yet placed in it. */
export interface Pending {
  readonly line: number;
  readonly finding: Finding;
  /** Where this case differs from the code's usual severity. */
  readonly severity?: Severity;
  /** Asked only when the problem is listed. */
  readonly related?: () => readonly RelatedPlace[];
}

export interface CollectOptions {
  readonly maxProblems: number;
  readonly severity: SeverityOverrides;
  /** The present text of a line, asked only for lines whose problems are listed. */
  readonly textOf: (line: number) => string;
}

export interface Collected {
  /** Of all problems, also those not listed. */
  readonly counts: Readonly<Record<Severity, number>>;
  /** Errors for which the provider would refuse the file, and those that cost a row. */
  readonly errorsByScope: Readonly<Record<Scope, number>>;
  readonly truncated: boolean;
  /** The worst first, then by line. */
  readonly problems: readonly Problem[];
}

export class Collector {
  readonly #options: CollectOptions;
  readonly #listed: Readonly<Record<Severity, Pending[]>> = { error: [], warning: [], info: [], hint: [] };
  readonly #counts = { error: 0, warning: 0, info: 0, hint: 0 };
  readonly #errorsByScope = { file: 0, row: 0 };

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  add(pending: Pending): void {
    const { code, scope } = pending.finding;
    const severity = this.#options.severity[code] ?? pending.severity ?? problemCodes[code].severity;
    if (severity === 'off') return;
    this.#counts[severity]++;
    if (severity === 'error') this.#errorsByScope[scope ?? problemCodes[code].scope]++;
    const list = this.#listed[severity];
    if (list.length < this.#options.maxProblems) list.push(pending);
  }

  placeOf(line: number, where: Where): Place {
    const columns = columnsOf(where, this.#options.textOf(line));
    return { line, start: columns.start, endLine: line, end: columns.end };
  }

  finish(): Collected {
    const problems: Problem[] = [];
    const severities = (Object.keys(severityRank) as Severity[]).sort(
      (a, b) => severityRank[a] - severityRank[b],
    );
    for (const severity of severities) {
      const room = this.#options.maxProblems - problems.length;
      const pending = this.#listed[severity].sort((a, b) => a.line - b.line).slice(0, room);
      problems.push(...pending.map((one) => this.#problem(one, severity)));
    }
    const total = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    return {
      counts: this.#counts,
      errorsByScope: this.#errorsByScope,
      truncated: total > problems.length,
      problems,
    };
  }

  #problem({ line, finding, related }: Pending, severity: Severity): Problem {
    return {
      ...this.placeOf(line, finding.where),
      code: finding.code,
      severity,
      scope: finding.scope ?? problemCodes[finding.code].scope,
      message: finding.message,
      related: related?.() ?? [],
      fixes: finding.fixes ?? [],
    };
  }
}
