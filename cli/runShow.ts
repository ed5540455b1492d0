// How is a run shown while it goes on, and what is said when it ends?
import { dialectOf, formatCount, formatDuration, formatNumberOf, type RowCounts } from '#core';
import { merge } from '#files';
import { HttpSender, keepRunSpend, mostRunUsd, type RunProgress, type RunReport, runFile } from '#jobs';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun, type Failure } from './failure.ts';
import { unanswered } from './jobWords.ts';
import { costWords, joinedLines, mergeLines } from './mergeText.ts';
import { errorMember } from './options.ts';
import { printable } from './printable.ts';
import { startBar } from './progress.ts';
import type { PreparedRun, RunOptions } from './run.ts';
import type { Terminal } from './terminal.ts';
import { shellWord, today } from './words.ts';

/** Without a screen a line is said this seldom. */
const seldomMs = 60_000;

/** @throws CouldNotRun when nothing was sent. */
export async function sendAndShow(
  prepared: PreparedRun,
  options: RunOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { plan, identity, folder, input, out, config } = prepared;
  const { anthropicVersion } = config;
  const display = await openDisplay(plan.checked.report.requests, terminal);
  // A second Ctrl-C ends the process; what is under way then is unclear, and said so by the next run.
  const sayStopping = (): void =>
    terminal.note(
      'Stopping: waiting for the answers under way; Ctrl-C again leaves them, though they may be billed.',
    );
  terminal.signal.addEventListener('abort', sayStopping, { once: true });
  const ran = await runFile(
    {
      ...{ identity, folder, file: input.path, out, config, merge, limits: plan.limits, today: today() },
      dialect: dialectOf(identity.provider),
      provider: new HttpSender(plan.account, { anthropicVersion }),
      onBegin: () => keepSpend(prepared, null, terminal),
      onProgress: display.show,
      onToldToWait: sayWaits(terminal),
    },
    { stop: terminal.signal, abandon: new AbortController().signal },
  ).finally(() => {
    display.stop();
    terminal.signal.removeEventListener('abort', sayStopping);
  });
  if (ran.kind === 'problem') throw new CouldNotRun(ran.message, 'state');
  await keepSpend(prepared, costOf(ran), terminal);
  const failure = failureOf(ran);
  if (options.format === 'json')
    terminal.printJson({ runs: [jsonOf(prepared, ran)], ...errorMember(failure) });
  else for (const line of endLines(prepared, ran, options)) terminal.print(line);
  if (failure !== null && options.format === 'text') terminal.note(printable(failure.message));
  return exitOf(ran);
}

/** Nobody shall take a long wait for one without an end; said again only where it is later. */
function sayWaits(terminal: Terminal): (waitMs: number) => void {
  let saidUntilMs = 0;
  return (waitMs) => {
    const untilMs = Date.now() + waitMs;
    if (waitMs < seldomMs || untilMs < saidUntilMs + seldomMs) return;
    saidUntilMs = untilMs;
    terminal.note(
      `The provider takes no more for ${formatDuration(waitMs)}; it is waited for. Ctrl-C ends the run, to be gone on with later.`,
    );
  };
}

/** Before anything is sent, so that what is sent counts from then on. */
async function keepSpend(
  { plan, identity, folder }: PreparedRun,
  costUsd: number | null,
  terminal: Terminal,
): Promise<void> {
  if (plan.requests === 0) return;
  const { provider, profile } = plan.account;
  const spend = { id: folder.id, provider, profile, mostUsd: mostRunUsd(plan), costUsd };
  const kept = await keepRunSpend(identity.home, spend, Date.now());
  if (kept.kind === 'notKept') terminal.note(printable(kept.message));
}

/** Of calls without an answer nobody knows what they cost, nor of those of earlier sessions. */
function costOf({ merged, rows }: RunReport): number | null {
  return merged.kind === 'merged' && rows.unclear + rows.unanswered === 0 ? merged.costUsd : null;
}

function exitOf({ end, merged }: RunReport): ExitCode {
  if (merged.kind !== 'merged' || end.kind === 'stopped') return exitCode.couldNotRun;
  if (end.kind === 'interrupted') return exitCode.stillRunning;
  return unanswered(merged.rows) > 0 ? exitCode.errors : exitCode.clean;
}

function failureOf({ end, merged }: RunReport): Failure | null {
  if (merged.kind !== 'merged') {
    return {
      code: 'file',
      message: `${merged.message} The answers are kept: run it again, with --out FILE.`,
    };
  }
  return end.kind === 'stopped' ? { code: 'provider', message: end.message } : null;
}

function endLines(prepared: PreparedRun, ran: RunReport, options: RunOptions): readonly string[] {
  const { input, plan } = prepared;
  const { tally, elapsedMs, end } = ran;
  const lines = resultLines(prepared, ran);
  const calls = plan.requests === 0 ? 'Nothing was left to send' : formatNumberOf(tally.calls, 'request');
  const took = plan.requests === 0 ? '' : ` in ${formatDuration(elapsedMs)}`;
  const sentAgain = end.kind === 'finished' ? ` and ${tally.busy === 1 ? 'was' : 'were'} sent again` : '';
  const busy = tally.busy === 0 ? '' : `; ${formatCount(tally.busy)} came too soon${sentAgain}`;
  const all = [...lines, `${calls}${took}${busy}.`];
  if (tally.unclear > 0) {
    all.push(
      `${formatNumberOf(tally.unclear, 'request')} got no answer and may have been paid for all the same.`,
    );
  }
  if (end.kind !== 'finished') all.push(`To go on with the rest: ${againWords(input.name, options)}`);
  else if (ran.rows.failed > 0)
    all.push(`To send those again that may succeed: ${againWords(input.name, options)}`);
  return all;
}

function resultLines({ input, out }: PreparedRun, { merged, rows, end }: RunReport): string[] {
  if (merged.kind !== 'merged') return [];
  const hasUnclear = rows.unclear + rows.unanswered > 0;
  const cost = hasUnclear && merged.costUsd !== null ? `at least ${costWords(merged)}` : costWords(merged);
  // Those of a run that is not over, and those that may succeed, are sent by running it again.
  const isRest = end.kind !== 'finished' || rows.failed > 0;
  return isRest || hasUnclear ? joinedLines(merged, merged.out, cost) : mergeLines(merged, input.name, out);
}

/** The same bytes to the same place are the same run; other options would be another. */
function againWords(name: string, options: RunOptions): string {
  const { provider, profile, baseUrl, model, out } = options;
  const named: readonly (readonly [string, string | undefined])[] = [
    ['--provider', provider === 'auto' ? undefined : provider],
    ['--profile', profile],
    ['--base-url', baseUrl],
    ['--model', model],
    ['--out', out],
  ];
  const words = named.flatMap(([flag, value]) => (value === undefined ? [] : [flag, shellWord(value)]));
  return ['llm-batch run', shellWord(name), ...words].join(' ');
}

/** The JSON of a run; docs/cli.md describes it. */
function jsonOf({ folder, input, plan, identity }: PreparedRun, ran: RunReport): object {
  const { end, tally, elapsedMs, merged } = ran;
  const isMerged = merged.kind === 'merged';
  const rows: RowCounts | null = isMerged ? merged.rows : null;
  const { answered, refused } = plan.earlier;
  return {
    id: folder.id,
    file: input.name === '-' ? null : input.path,
    provider: identity.provider,
    profile: plan.account.profile,
    state: end.kind === 'finished' ? 'done' : end.kind,
    requests: plan.checked.report.requests,
    earlier: answered + refused,
    calls: tally.calls,
    busy: tally.busy,
    unclear: plan.earlier.unclear + tally.unclear,
    rows,
    results: isMerged ? merged.out : null,
    surplus: isMerged ? merged.surplusOut : null,
    cost_usd: isMerged ? merged.costUsd : null,
    seconds: Number((elapsedMs / 1000).toFixed(3)),
    message: end.kind === 'stopped' ? end.message : isMerged ? null : merged.message,
  };
}

interface Display {
  readonly show: (progress: RunProgress) => void;
  readonly stop: () => void;
}

async function openDisplay(requests: number, terminal: Terminal): Promise<Display> {
  if (!terminal.showsProgress) return notesOf(requests, terminal);
  const bar = await startBar('{bar}  {value} of {total}{failed}  {underWay} under way', requests, {
    ...{ failed: '', underWay: 0 },
  });
  return {
    show: ({ done, refused, failed, underWay }) =>
      bar.update(done, { failed: failedWords(refused + failed), underWay }),
    stop: () => bar.stop(),
  };
}

function notesOf(requests: number, terminal: Terminal): Display {
  let saidAt = performance.now();
  const show = ({ done, refused, failed }: RunProgress): void => {
    if (performance.now() - saidAt < seldomMs) return;
    saidAt = performance.now();
    terminal.note(`${formatCount(done)} of ${formatCount(requests)}${failedWords(refused + failed)}`);
  };
  return { show, stop: () => undefined };
}

function failedWords(failed: number): string {
  return failed > 0 ? `, ${formatCount(failed)} failed` : '';
}
