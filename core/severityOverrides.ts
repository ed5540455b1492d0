// Which severities did a person change? Read from settings and project files, where anything may stand.
import {
  type ProblemCode,
  problemCodes,
  type Severity,
  type SeverityOverrides,
  severityRank,
} from './problem.ts';

/** Keeps the entries that name a known code and a known severity; the rest has no effect. */
export function readSeverityOverrides(value: unknown): SeverityOverrides {
  if (typeof value !== 'object' || value === null) return {};
  const overrides: Partial<Record<ProblemCode, Severity | 'off'>> = {};
  for (const [code, severity] of Object.entries(value)) {
    if (!Object.hasOwn(problemCodes, code) || typeof severity !== 'string') continue;
    if (severity === 'off' || Object.hasOwn(severityRank, severity)) {
      overrides[code as ProblemCode] = severity as Severity | 'off';
    }
  }
  return overrides;
}
