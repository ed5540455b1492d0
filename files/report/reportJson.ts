// The JSON of a report, for scripts: snake_case, lines 1-based.
import type { RowStatus, Usage } from '#core';
import {
  type ErrorClassJson,
  type NoteClassJson,
  toErrorClassJson,
  toNoteClassJson,
} from '../join/mergeJson.ts';
import type { FilesReport } from './reportResults.ts';

export interface ReportJson {
  readonly requests: number;
  readonly rows: Readonly<Record<RowStatus, number>>;
  readonly reused_rows: number;
  readonly unreadable_lines: number;
  readonly completion_percent: number | null;
  readonly usage: Usage | null;
  readonly cost_usd: number | null;
  readonly unpriced_rows: number;
  readonly cost_per_request_usd: number | null;
  readonly sync_cost_usd: number | null;
  readonly saved_usd: number | null;
  readonly saved_percent: number | null;
  readonly finish_reasons: readonly { readonly reason: string | null; readonly count: number }[];
  readonly errors: readonly ErrorClassJson[];
  readonly notes: readonly NoteClassJson[];
}

export function toReportJson(report: FilesReport): ReportJson {
  const reasons = Object.entries(report.finishReasons).sort(([, a], [, b]) => b - a);
  return {
    requests: report.requests,
    rows: report.rows,
    reused_rows: report.reusedRows,
    unreadable_lines: report.unreadableLines,
    completion_percent: report.completionPercent,
    usage: report.usage,
    cost_usd: report.costUsd,
    unpriced_rows: report.unpricedRows,
    cost_per_request_usd: report.costPerRequestUsd,
    sync_cost_usd: report.syncUsd,
    saved_usd: report.savedUsd,
    saved_percent: report.savedPercent,
    finish_reasons: reasons.map(([reason, count]) => ({ reason: reason === 'none' ? null : reason, count })),
    errors: report.errors.map(toErrorClassJson),
    notes: report.notes.map(toNoteClassJson),
  };
}
