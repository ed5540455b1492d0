// Counts every problem of a file, keeps the worst ones, and places only those that are listed.
import type { Fix } from '../fix/fix.ts';
import {
  type Place,
  type Problem,
  type ProblemCode,
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
  /** Asked only when the problem is listed. */
  readonly related?: () => readonly RelatedPlace[];
  /** The same, in the order of the lines; they take the place of the finding's. */
  readonly fixes?: () => readonly Fix[];
}

export interface CollectOptions {
  readonly maxProblems: number;
  readonly severity: SeverityOverrides;
  /** The present text of a line, asked only for lines whose problems are listed. */
  readonly textOf: (line: number) => string;
}

export type CountByCode = Readonly<Partial<Record<ProblemCode, number>>>;

export interface Collected {
  /** Of all problems, also those not listed. */
  readonly counts: Readonly<Record<Severity, number>>;
  /** Errors for which the provider would refuse the file, and those that cost a row. */
  readonly errorsByScope: Readonly<Record<Scope, number>>;
  /** Problems that a safe fix would mend, also those not listed; and the errors among them. */
  readonly fixable: CountByCode;
  readonly fixableErrors: CountByCode;
  readonly truncated: boolean;
  /** The worst first, then by line. */
  readonly problems: readonly Problem[];
}

export class Collector {
  readonly #options: CollectOptions;
  readonly #listed: Readonly<Record<Severity, Pending[]>> = { error: [], warning: [], info: [], hint: [] };
  readonly #counts = { error: 0, warning: 0, info: 0, hint: 0 };
  readonly #errorsByScope = { file: 0, row: 0 };
  readonly #fixable: Partial<Record<ProblemCode, number>> = {};
  readonly #fixableErrors: Partial<Record<ProblemCode, number>> = {};

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  add(pending: Pending): void {
    const { code, scope, fixes } = pending.finding;
    const severity = this.#options.severity[code] ?? pending.finding.severity ?? problemCodes[code].severity;
    if (severity === 'off') return;
    this.#counts[severity]++;
    if (severity === 'error') this.#errorsByScope[scope ?? problemCodes[code].scope]++;
    if (fixes?.some(({ safe }) => safe)) {
      this.#fixable[code] = (this.#fixable[code] ?? 0) + 1;
      if (severity === 'error') this.#fixableErrors[code] = (this.#fixableErrors[code] ?? 0) + 1;
    }
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
      for (const one of pending) problems.push(this.#problem(one, severity));
    }
    const total = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    return {
      counts: this.#counts,
      errorsByScope: this.#errorsByScope,
      fixable: this.#fixable,
      fixableErrors: this.#fixableErrors,
      truncated: total > problems.length,
      problems,
    };
  }

  #problem({ line, finding, related, fixes }: Pending, severity: Severity): Problem {
    return {
      ...this.placeOf(line, finding.where),
      code: finding.code,
      severity,
      scope: finding.scope ?? problemCodes[finding.code].scope,
      message: finding.message,
      related: related?.() ?? [],
      fixes: fixes?.() ?? finding.fixes ?? [],
    };
  }
}
