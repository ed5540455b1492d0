// The JSON of a merge, for scripts: snake_case, lines 1-based.
import type { ErrorClass, NoteClass, NoteCode, RowCounts, RowStatus, Usage } from '#core';
import type { DuplicateResult, ResultLineName, SurplusLine } from './joinTypes.ts';
import type { MergeReport } from './merge.ts';

interface JsonPlace {
  readonly path: string;
  readonly line: number;
}

interface JsonResult extends JsonPlace {
  readonly attempt: number;
  readonly status: RowStatus;
}

const reasons = {
  unknownId: 'unknown_id',
  sharedId: 'shared_id',
  noId: 'no_id',
  unreadable: 'unreadable',
} as const satisfies Record<SurplusLine['reason'], string>;

interface JsonExample {
  readonly custom_id: string | null;
  readonly line: number;
  readonly message: string;
}

export interface ErrorClassJson {
  readonly status: RowStatus;
  readonly code: string;
  /** What their messages have in common: numbers, ids and addresses are taken out. */
  readonly message: string;
  readonly count: number;
  readonly example: JsonExample;
}

export interface NoteClassJson {
  readonly code: NoteCode;
  readonly count: number;
  readonly example: JsonExample;
}

export interface MergeReportJson {
  readonly out: string;
  /** Null when no result was left over. */
  readonly surplus_out: string | null;
  readonly requests: number;
  readonly rows: RowCounts;
  readonly cost_usd: number | null;
  readonly unpriced_rows: number;
  readonly usage: Usage | null;
  readonly errors: readonly ErrorClassJson[];
  readonly notes: readonly NoteClassJson[];
  readonly unchecked_answers: number;
  readonly duplicates: readonly {
    readonly custom_id: string;
    readonly chosen: JsonResult;
    readonly others: readonly JsonResult[];
  }[];
  readonly surplus: readonly (JsonPlace & {
    readonly custom_id: string | null;
    readonly reason: (typeof reasons)[SurplusLine['reason']];
  })[];
  readonly unreadable: readonly (JsonPlace & { readonly message: string })[];
}

function place({ path, line }: ResultLineName): JsonPlace {
  return { path, line: line + 1 };
}

function result(duplicate: DuplicateResult): JsonResult {
  return { ...place(duplicate), attempt: duplicate.attempt, status: duplicate.status };
}

function exampleJson({ customId, line, message }: ErrorClass['example']): JsonExample {
  return { custom_id: customId, line: line + 1, message };
}

export function toErrorClassJson({ status, code, message, count, example }: ErrorClass): ErrorClassJson {
  return { status, code, message, count, example: exampleJson(example) };
}

export function toNoteClassJson({ code, count, example }: NoteClass): NoteClassJson {
  return { code, count, example: exampleJson(example) };
}

export function toMergeReportJson(report: MergeReport): MergeReportJson {
  return {
    out: report.out,
    surplus_out: report.surplusOut,
    requests: report.requests,
    rows: report.rows,
    cost_usd: report.costUsd,
    unpriced_rows: report.unpricedRows,
    usage: report.usage,
    errors: report.errors.map(toErrorClassJson),
    notes: report.notes.map(toNoteClassJson),
    unchecked_answers: report.uncheckedAnswers,
    duplicates: report.duplicates.map(({ customId, chosen, others }) => ({
      custom_id: customId,
      chosen: result(chosen),
      others: others.map(result),
    })),
    surplus: report.surplus.map((line) => ({
      ...place(line),
      custom_id: line.customId,
      reason: reasons[line.reason],
    })),
    unreadable: report.unreadable.map((line) => ({ ...place(line), message: line.message })),
  };
}
