// What does a line of results say to a report: a row of a merged file, or a provider's own line that no request is joined to.
import { isObject, type JsonObject, member } from '../json/members.ts';
import type { RowFacts, UsagePricing } from '../result.ts';
import { modelOfRequest } from '../results/join.ts';
import { modelOf, pricingOf, readOutcome } from '../results/readOutcome.ts';
import { isRow, rowFactsFrom } from '../results/row.ts';

export interface ReportLine {
  readonly facts: RowFacts;
  /** It comes from a merged file: `facts.costUsd` is what the merge said. */
  readonly isMerged: boolean;
  /** The model that answered, and the one that was asked for; null where it is not said. */
  readonly model: string | null;
  readonly askedModel: string | null;
  readonly pricing: UsagePricing | null;
}

/** @param line 0-based, for lines that do not say it. @returns null for what is no result. Never throws. */
export function readReportLine(text: string, line: number): ReportLine | null {
  const parsed = parse(text);
  if (parsed === null) return null;
  if (isRow(parsed)) {
    const facts = rowFactsFrom(parsed);
    const response = member(parsed, 'response');
    const askedModel = modelOfRequest(member(parsed, 'request'));
    const read = { model: modelOf(response), pricing: pricingOf(response), askedModel };
    return facts === null ? null : { facts, isMerged: true, ...read };
  }
  const outcome = readOutcome(text);
  if (outcome.kind !== 'outcome') return null;
  const { kind: _, model, pricing, responseAt: __, attempt, ...said } = outcome;
  const facts: RowFacts = { ...said, line, attempt: attempt ?? 1 };
  return { facts, isMerged: false, model, pricing, askedModel: null };
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
