// What is said of calls and answers that do not belong together, up to a number.
import { type Fix, writing } from '../../fix/fix.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { Severity } from '../../problem.ts';
import { at, type Finding } from '../finding.ts';

/** A conversation with more is wrong as a whole; the first ones say why. */
const mostFindings = 20;

export class CallFindings {
  readonly #severity: Severity;
  readonly findings: Finding[] = [];

  /** Asked before anything is worked out that would only be thrown away. */
  get isFull(): boolean {
    return this.findings.length >= mostFindings;
  }

  /** @param severity of what the provider is known to refuse. */
  constructor(severity: Severity) {
    this.#severity = severity;
  }

  add(path: JsonPath, message: string, fixes: readonly Fix[] = [], severity = this.#severity): void {
    if (this.isFull) return;
    this.findings.push({
      code: 'tools.unmatched-call',
      severity,
      where: at(path),
      message,
      ...(fixes.length === 0 ? {} : { fixes }),
    });
  }
}

/** Where one call waits for an answer and one answer names no call: likely they belong together, which a person must know. */
export function answerFix(path: JsonPath, waiting: Iterable<string>): readonly Fix[] {
  const ids = [...waiting];
  const json = JSON.stringify(ids[0] ?? '');
  if (ids.length !== 1 || json.length > 60) return [];
  return [writing(path, json)];
}
