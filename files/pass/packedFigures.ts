// The figures of an estimate as numbers in a row; what is not known is not a number, which no figure ever is.
import type { LineEstimate } from '#core';

export type Figures = Pick<
  LineEstimate,
  | 'inputTokens'
  | 'inputErrorPercent'
  | 'outputMaxTokens'
  | 'batchUsd'
  | 'syncUsd'
  | 'expectedUsd'
  | 'cacheWriteUsd'
  | 'listedBatchUsd'
>;

export const figuresEach = 13;
const unknown = Number.NaN;

export function writeFigures(line: Figures, into: Float64Array, at: number): void {
  const { batchUsd, syncUsd, expectedUsd, cacheWriteUsd, listedBatchUsd } = line;
  into[at] = line.inputTokens ?? unknown;
  into[at + 1] = line.inputErrorPercent ?? unknown;
  into[at + 2] = line.outputMaxTokens ?? unknown;
  into[at + 3] = batchUsd.input ?? unknown;
  into[at + 4] = batchUsd.outputMax ?? unknown;
  into[at + 5] = syncUsd.input ?? unknown;
  into[at + 6] = syncUsd.outputMax ?? unknown;
  into[at + 7] = expectedUsd.batch ?? unknown;
  into[at + 8] = expectedUsd.sync ?? unknown;
  into[at + 9] = cacheWriteUsd.batch ?? unknown;
  into[at + 10] = cacheWriteUsd.sync ?? unknown;
  into[at + 11] = listedBatchUsd?.input ?? unknown;
  into[at + 12] = listedBatchUsd?.outputMax ?? unknown;
}

/** @param hasListed an estimate may have listed prices none of which is known. */
export function readFigures(from: Float64Array, at: number, hasListed: boolean): Figures {
  return {
    inputTokens: known(from[at]),
    inputErrorPercent: known(from[at + 1]),
    outputMaxTokens: known(from[at + 2]),
    batchUsd: { input: known(from[at + 3]), outputMax: known(from[at + 4]) },
    syncUsd: { input: known(from[at + 5]), outputMax: known(from[at + 6]) },
    expectedUsd: { batch: known(from[at + 7]), sync: known(from[at + 8]) },
    cacheWriteUsd: { batch: known(from[at + 9]), sync: known(from[at + 10]) },
    listedBatchUsd: hasListed ? { input: known(from[at + 11]), outputMax: known(from[at + 12]) } : null,
  };
}

function known(figure: number | undefined): number | null {
  return figure === undefined || Number.isNaN(figure) ? null : figure;
}
