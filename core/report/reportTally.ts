// What do the results of a batch come to: how much of it was answered, what that cost, and what it would have cost at once?
import { cleanUsd, KnownSum } from '../money/prices.ts';
import type { FinishReason, RowFacts, RowStatus, Usage } from '../result.ts';
import { isOfUnknownCost } from '../results/join.ts';
import { type ErrorClass, type NoteClass, RowTally, reusedAttempt } from '../results/tally.ts';

export interface ResultsReport {
  readonly requests: number;
  readonly rows: Readonly<Record<RowStatus, number>>;
  /** Answers that an earlier job has paid for: in the rows, in no cost. */
  readonly reusedRows: number;
  /** Requests that succeeded, in percent of all; null when there are none. */
  readonly completionPercent: number | null;
  /** Of all rows that were paid for; null when one that succeeded does not say what it used. */
  readonly usage: Usage | null;
  readonly costUsd: number | null;
  /** Rows that cost something of which it is not known how much. */
  readonly unpricedRows: number;
  /** Of each request that was sent. */
  readonly costPerRequestUsd: number | null;
  /** What the same tokens cost at once; null when a price is not known. */
  readonly syncUsd: number | null;
  /** All that was paid for was answered at once, so its cost is that of no batch. */
  readonly isAtOnce: boolean;
  /** By which the batch cost less. */
  readonly savedUsd: number | null;
  readonly savedPercent: number | null;
  /** Of rows that succeeded; `none`: the response does not say. */
  readonly finishReasons: Readonly<Partial<Record<FinishReason | 'none', number>>>;
  readonly errors: readonly ErrorClass[];
  readonly notes: readonly NoteClass[];
}

export class ReportTally {
  readonly #rows = new RowTally();
  readonly #sync = new KnownSum();
  readonly #reasons = new Map<FinishReason | 'none', number>();
  #reusedRows = 0;
  #paidRows = 0;
  #paidRowsAtOnce = 0;

  /** @param syncUsd what it would cost at once; null: not known. Asked only of rows that cost something. */
  add(row: RowFacts, syncUsd: () => number | null): void {
    this.#rows.add(row);
    if (row.status === 'succeeded') {
      const reason = row.finishReason ?? 'none';
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
    if (row.attempt === reusedAttempt) this.#reusedRows++;
    else if (row.status === 'succeeded' || row.usage !== null || row.costUsd !== null) {
      this.#sync.add(syncUsd());
      this.#paidRows++;
      if (row.isAtOnce) this.#paidRowsAtOnce++;
    } else if (isOfUnknownCost(row)) this.#sync.add(null);
  }

  result(): ResultsReport {
    const { rows, costUsd, unpricedRows, usage, errors, notes } = this.#rows;
    const requests = Object.values(rows).reduce((sum, count) => sum + count, 0);
    const sent = requests - this.#reusedRows;
    const syncUsd = this.#sync.total();
    return {
      ...{ requests, rows, reusedRows: this.#reusedRows },
      completionPercent: requests === 0 ? null : percentOf(rows.succeeded, requests),
      ...{ usage, unpricedRows, syncUsd },
      isAtOnce: this.#paidRows > 0 && this.#paidRowsAtOnce === this.#paidRows,
      ...costFigures(costUsd, syncUsd, sent),
      finishReasons: Object.fromEntries(this.#reasons),
      ...{ errors, notes },
    };
  }
}

type CostFigures = Pick<ResultsReport, 'costUsd' | 'costPerRequestUsd' | 'savedUsd' | 'savedPercent'>;

function costFigures(costUsd: number | null, syncUsd: number | null, sent: number): CostFigures {
  const savedUsd = costUsd === null || syncUsd === null ? null : cleanUsd(syncUsd - costUsd);
  return {
    costUsd,
    costPerRequestUsd: costUsd === null || sent === 0 ? null : cleanUsd(costUsd / sent),
    savedUsd,
    savedPercent: savedUsd === null || !syncUsd ? null : percentOf(savedUsd, syncUsd),
  };
}

/** What a job cost is more than its rows say: answers that later attempts have bettered were paid for, too. Null: not known. */
export function withJobCost<Report extends ResultsReport>(report: Report, costUsd: number | null): Report {
  return { ...report, ...costFigures(costUsd, report.syncUsd, report.requests - report.reusedRows) };
}

/** To two places, and never rounded to all or nothing that it is not. */
function percentOf(part: number, whole: number): number {
  const percent = (part / whole) * 100;
  const rounded = Number(percent.toFixed(2));
  if (part < whole && rounded >= 100) return 99.99;
  return part > 0 && rounded <= 0 ? 0.01 : rounded;
}
