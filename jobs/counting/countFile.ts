// A sample of a file's requests, counted where they would be sent: which ones, what of it is kept, and how it is said.
import {
  type Configuration,
  defaultConfiguration,
  type EstimatedLine,
  formatCount,
  formatNumberOf,
  formatTokens,
  type LineEstimate,
  type Provider,
} from '#core';
import { type LinesToEstimate, readLinesAt } from '#files';
import type { Kept } from '../store/homeFile.ts';
import { type CountingAccount, countingName } from './account.ts';
import { type CountReport, countSample, keepCount, keptWords, type ModelCount } from './countSample.ts';

export interface FileToCount {
  readonly path: string;
  readonly provider: Provider;
  readonly config: Configuration;
  /** Counts the requests as if they named this model. */
  readonly asModel?: string | undefined;
  /** As the estimate of the file has them. */
  readonly lines: readonly EstimatedLine[];
  /** How many of them at most. */
  readonly requests: number;
  readonly account: CountingAccount;
  /** Estimates lines, in whatever thread. */
  readonly estimate: (lines: LinesToEstimate) => Promise<readonly (LineEstimate | null)[]>;
  /** The state folder. */
  readonly home: string;
  readonly now: () => number;
  readonly onCounted?: ((done: number) => void) | undefined;
}

export interface FileCount {
  readonly account: CountingAccount;
  readonly report: CountReport;
  /** Null when it ended before anything was counted. */
  readonly kept: Kept | null;
}

/** The sample: at equal distances, of requests that are not counted exactly here where there are any. */
export function linesToCount(lines: readonly EstimatedLine[], requests: number): readonly number[] {
  const inexact = lines.filter(({ estimate }) => estimate.inputMethod !== 'exact');
  const from = inexact.length > 0 ? inexact : lines;
  const taken = Math.min(requests, from.length);
  return Array.from({ length: taken }, (_, index) => from[Math.floor((index * from.length) / taken)]!.line);
}

/** @throws the signal's reason, and what reading the file throws. */
export async function countFile(file: FileToCount, signal: AbortSignal): Promise<FileCount> {
  const { provider, account, config, asModel } = file;
  const wanted = new Set(linesToCount(file.lines, file.requests));
  const texts = await readLinesAt(file.path, wanted, { signal });
  const today = new Date(file.now()).toISOString().slice(0, 10);
  const uncorrected = { ...defaultConfiguration, model: config.model };
  const estimates = await file.estimate({ texts, today, provider, config: uncorrected, asModel });
  const { anthropicVersion } = config;
  const { onCounted } = file;
  const report = await countSample(
    { account, provider, texts, estimates, anthropicVersion, onCounted },
    signal,
  );
  const kept = report.counted === 0 ? null : await keepCount(file.home, { account }, report, file.now());
  return { account, report, kept };
}

/** "20 of 4,812 requests go to OpenAI (api.openai.com) to be counted, with their content; counting is free." */
export function countingNotice(requests: number, of: number, account: CountingAccount): string {
  const { host } = new URL(account.baseUrl);
  const name = countingName(account);
  const where = name === host ? host : `${name} (${host})`;
  const verb = requests === 1 ? 'goes' : 'go';
  return `${formatCount(requests)} of ${formatNumberOf(of, 'request')} ${verb} to ${where} to be counted, with all that is in them; counting is free.`;
}

/** What came of it, a sentence a line. */
export function countLines({ account, report, kept }: FileCount): readonly string[] {
  const lines = report.models.map((model) => modelLine(model, account));
  for (const { reason, requests } of report.skipped) {
    lines.push(`${formatNumberOf(requests, 'request')} not sent, for ${reason}.`);
  }
  for (const { reason, requests } of report.refused) {
    lines.push(`${formatNumberOf(requests, 'request')} not counted there (${reason}).`);
  }
  if (report.stopped !== null) lines.push(report.stopped);
  if (kept?.kind === 'kept') lines.push(`The correction is ${keptWords(account)}.`);
  else if (kept !== null) lines.push(kept.message);
  return lines;
}

/** "gpt-6-luna: 20 requests are 1,234 tokens at OpenAI, 1,170 by our estimate: times 1.055, within about 3 %." */
function modelLine({ model, ...count }: ModelCount, account: CountingAccount): string {
  const requests = `${formatNumberOf(count.requests, 'request')} ${count.requests === 1 ? 'is' : 'are'}`;
  if (count.ratio === null)
    return `${model}: we cannot estimate these requests, so there is nothing to compare.`;
  const how = count.exact ? 'by our own count' : 'by our estimate';
  const error = count.errorPercent === null ? '' : `, within about ${count.errorPercent} %`;
  const there = `${formatTokens(count.actual)} tokens at ${countingName(account)}`;
  return `${model}: ${requests} ${there}, ${formatTokens(count.estimated)} ${how}: times ${count.ratio.toFixed(3)}${error}.`;
}
