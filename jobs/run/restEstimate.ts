// What will the rest of a run cost? The rows that are still to be sent, counted as the whole file was.
import { type Configuration, type Dialect, type EstimateSummary, EstimateSums } from '#core';
import { estimateLines } from '#files';
import { rowsToSend } from './rowSource.ts';
import type { RowStates } from './rowStates.ts';

export interface RestEstimate {
  readonly requests: number;
  readonly summary: EstimateSummary;
}

export interface RestOptions {
  readonly dialect: Dialect;
  readonly config: Configuration;
  readonly model: string | null;
  /** ISO date. */
  readonly today: string;
}

const linesAtOnce = 200;

/** @param requests the path of the file. @throws FileFailureError. */
export async function estimateRest(
  requests: string,
  states: RowStates,
  options: RestOptions,
): Promise<RestEstimate> {
  const { dialect, config, today } = options;
  const sums = new EstimateSums();
  let count = 0;
  let texts: string[] = [];
  const add = async (): Promise<void> => {
    const lines = await estimateLines({ texts, today, config, provider: dialect.provider });
    for (const line of lines) if (line !== null) sums.add(line);
    texts = [];
  };
  for await (const { text } of rowsToSend(requests, states, options)) {
    count++;
    texts.push(text);
    if (texts.length >= linesAtOnce) await add();
  }
  await add();
  return { requests: count, summary: sums.summary() };
}
