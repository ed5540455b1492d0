// What do results files come to? Merged files of ours, or a provider's own, read once as a stream.
import {
  type Configuration,
  detectFile,
  isBilled,
  memberText,
  outcomeUsd,
  type Provider,
  type ReportLine,
  ReportTally,
  type ResultsReport,
  type RowPricing,
  readReportLine,
  sampleLines,
  withoutByteOrderMark,
} from '#core';
import { type FileFailure, FileFailureError, readingError, withFailures } from '../fileFailure.ts';
import { readLines } from '../lines.ts';

export interface ReportRequest {
  /** Of one batch, or of several: they are counted together. */
  readonly paths: readonly string[];
  /** ISO date by which prices are taken. */
  readonly today: string;
  readonly config: Configuration;
  /** Whose results they are; left out: as the lines show. */
  readonly provider?: Provider | undefined;
  /** Of requests that name none. */
  readonly model?: string | null | undefined;
}

export interface FilesReport extends ResultsReport {
  readonly kind: 'report';
  /** Lines that are no results. */
  readonly unreadableLines: number;
}

/** @returns the figures, or one sentence on why there are none. @throws AbortError. */
export async function reportResults(
  { paths, today, config, provider, model = config.model }: ReportRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<FilesReport | FileFailure> {
  return withFailures(async () => {
    const tally = new ReportTally();
    let unreadableLines = 0;
    for (const path of paths) {
      const owner = provider ?? (await providerOf(path, config));
      const pricing = { today, config, provider: owner, batchModel: model };
      const read = await readFile(path, signal, (line) => addLine(tally, line, pricing));
      if (read.results === 0 && read.unreadable > 0) throw noResults(path);
      unreadableLines += read.unreadable;
    }
    return { kind: 'report', ...tally.result(), unreadableLines } as const;
  });
}

function addLine(tally: ReportTally, line: ReportLine, pricing: Omit<RowPricing, 'kind'>): void {
  const { facts, isMerged, model, askedModel } = line;
  const use = { model, usage: facts.usage, pricing: line.pricing };
  const usd = (kind: 'batch' | 'standard'): number | null =>
    outcomeUsd(use, askedModel, { ...pricing, kind });
  const costUsd = isMerged || !isBilled(facts) ? facts.costUsd : usd('batch');
  // What was answered at once cost what it cost at once, whatever the prices are by now.
  tally.add({ ...facts, costUsd }, () => (facts.isAtOnce ? costUsd : usd('standard')));
}

async function readFile(
  path: string,
  signal: AbortSignal | undefined,
  take: (line: ReportLine) => void,
): Promise<{ readonly results: number; readonly unreadable: number }> {
  let results = 0;
  let unreadable = 0;
  for await (const { line, text } of linesOf(path, signal)) {
    const read = readReportLine(text, line);
    if (read === null) unreadable++;
    else {
      results++;
      take(read);
    }
  }
  return { results, unreadable };
}

/** Of merged rows their requests say it, of a provider's results the lines themselves. */
async function providerOf(path: string, config: Configuration): Promise<Provider> {
  const sample: string[] = [];
  for await (const { text } of linesOf(path)) {
    sample.push(readReportLine(text, 0)?.isMerged ? (memberText(text, 'request') ?? '') : text);
    if (sample.length >= sampleLines) break;
  }
  const kind = detectFile(sample, config.provider);
  return kind === null || kind.kind === 'recognised' ? 'openai' : kind.dialect.provider;
}

async function* linesOf(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  try {
    for await (const lines of readLines(path, { signal })) {
      for (const { line, text } of lines) {
        const content = withoutByteOrderMark(text);
        if (content.trim() !== '') yield { line, text: content };
      }
    }
  } catch (error) {
    throw readingError(error, path);
  }
}

function noResults(path: string): FileFailureError {
  const message = `${path} holds no batch results; name merged results, or the provider's output or error file.`;
  return new FileFailureError({ kind: 'notResults', path, message });
}
