// `estimate --count`: a sample of a file, counted by the provider itself. Only because somebody asked for it.
import type { FileCount } from '#jobs';
import type { ShownEstimate } from './estimate.ts';
import { CouldNotRun } from './failure.ts';
import type { Input } from './input.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, homeOf, useProxy } from './workshop.ts';

interface CountOptions extends AccountOptions {
  readonly count: number;
  readonly model?: string;
}

/** The JSON of one file's count; schemas/cli/estimate.json describes it. */
export interface CountedJson {
  readonly host: string;
  readonly counted: number;
  readonly skipped: FileCount['report']['skipped'];
  readonly refused: FileCount['report']['refused'];
  readonly models: FileCount['report']['models'];
  readonly kept: boolean;
  readonly message: string | null;
}

/** Says what goes where before anything does. @throws CouldNotRun when nothing could be counted. */
export async function countInput(
  input: Input,
  { estimate, config }: ShownEstimate,
  options: CountOptions,
  terminal: Terminal,
): Promise<FileCount> {
  const { familyOf } = await import('#core');
  const { estimateLines } = await import('#files');
  const { countFile, countingAccountFrom, countingNotice, linesToCount } = await import('#jobs');
  const { dialect } = estimate;
  if (dialect === null) {
    throw new CouldNotRun(
      'Nothing in the file says whose requests these are; name the provider with --provider.',
      'file',
    );
  }
  const { provider } = dialect;
  if (!dialect.countsTokens) {
    const message = `${dialect.title} has no endpoint that counts tokens; run a small job, estimates learn from it.`;
    throw new CouldNotRun(message);
  }
  const { profile, baseUrl, model, count } = options;
  const home = await homeOf(terminal);
  const answer = countingAccountFrom(familyOf(provider), { env: terminal.env, home, profile, baseUrl });
  if (answer.kind === 'problem') throw new CouldNotRun(answer.problem.message, 'account');
  const { account } = answer;
  const lines = estimate.lines ?? [];
  const wanted = linesToCount(lines, count).length;
  if (wanted === 0) throw new CouldNotRun('There is no request to count.', 'file');
  await useProxy(terminal);
  terminal.note(printable(countingNotice(wanted, lines.length, account)));
  const counted = await countFile(
    {
      ...{ path: input.path, provider, config, lines, requests: count, account, home },
      ...{ asModel: model, estimate: estimateLines, now: Date.now },
    },
    terminal.signal,
  );
  const { report } = counted;
  if (report.counted === 0 && report.stopped !== null) throw new CouldNotRun(report.stopped, 'provider');
  return counted;
}

export function countedJson({ account, report, kept }: FileCount): CountedJson {
  const { counted, skipped, refused, models, stopped } = report;
  return {
    host: new URL(account.baseUrl).host,
    ...{ counted, skipped, refused, models },
    kept: kept?.kind === 'kept',
    message: stopped ?? (kept?.kind === 'notKept' ? kept.message : null),
  };
}
