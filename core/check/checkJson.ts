// The JSON of `check`, as the public contract fixes it: 1-based lines and columns.
import type { Place, ProblemCode, Scope, Severity } from '../problem.ts';
import type { FileReport } from './batchFile.ts';

export interface CheckJsonFile {
  readonly path: string;
  readonly provider: string | null;
  readonly endpoint: string | null;
  readonly requests: number;
  readonly bytes: number;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly truncated: boolean;
  readonly problems: readonly CheckJsonProblem[];
}

interface CheckJsonPlace {
  readonly line: number;
  readonly column: number;
}

export interface CheckJsonProblem extends CheckJsonPlace {
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly code: ProblemCode;
  readonly scope: Scope;
  readonly message: string;
  readonly related: readonly (CheckJsonPlace & { readonly message: string })[];
}

function start(place: Place): CheckJsonPlace {
  return { line: place.line + 1, column: place.start + 1 };
}

export function toCheckJson(path: string, provider: string | null, report: FileReport): CheckJsonFile {
  return {
    path,
    provider,
    endpoint: report.endpoint,
    requests: report.requests,
    bytes: report.sizeBytes,
    counts: report.counts,
    truncated: report.truncated,
    problems: report.problems.map((problem) => ({
      ...start(problem),
      endLine: problem.endLine + 1,
      endColumn: problem.end + 1,
      severity: problem.severity,
      code: problem.code,
      scope: problem.scope,
      message: problem.message,
      related: problem.related.map((place) => ({ ...start(place), message: place.message })),
    })),
  };
}
