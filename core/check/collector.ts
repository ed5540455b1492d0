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

/** What depends on other lines, and is worth working out only where someone reads it. */
export interface Detail {
  readonly message: string;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly Fix[];
}

/** A problem that is known by its line but not yet placed in it. */
export interface Pending {
  readonly line: number;
  readonly finding: Finding;
  /** Asked only when the problem is listed, in the order of the lines; takes the place of what the finding says. */
  readonly detail?: () => Detail;
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

  #problem({ line, finding, detail }: Pending, severity: Severity): Problem {
    const { message, fixes = [] } = finding;
    return {
      ...this.placeOf(line, finding.where),
      code: finding.code,
      severity,
      scope: finding.scope ?? problemCodes[finding.code].scope,
      ...(detail?.() ?? { message, related: [], fixes }),
    };
  }
}
