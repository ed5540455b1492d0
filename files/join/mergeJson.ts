// The JSON of a merge, for scripts: snake_case, lines 1-based.
import type { RowCounts, RowStatus, Usage } from '#core';
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

export interface MergeReportJson {
  readonly out: string;
  /** Null when no result was left over. */
  readonly surplus_out: string | null;
  readonly requests: number;
  readonly rows: RowCounts;
  readonly cost_usd: number | null;
  readonly unpriced_rows: number;
  readonly usage: Usage | null;
  readonly errors: readonly {
    readonly status: RowStatus;
    readonly code: string;
    readonly count: number;
    readonly example: { readonly custom_id: string | null; readonly line: number; readonly message: string };
  }[];
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

export function toMergeReportJson(report: MergeReport): MergeReportJson {
  return {
    out: report.out,
    surplus_out: report.surplusOut,
    requests: report.requests,
    rows: report.rows,
    cost_usd: report.costUsd,
    unpriced_rows: report.unpricedRows,
    usage: report.usage,
    errors: report.errors.map(({ status, code, count, example: { customId, line, message } }) => ({
      ...{ status, code, count },
      example: { custom_id: customId, line: line + 1, message },
    })),
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
