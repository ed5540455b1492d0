// `llm-batch jobs`: every job this computer knows of, from its records alone; or the provider's own batches; or old ones gone.
import { type Command, Option } from 'commander';
import type { KeptJob, SendableProvider } from '#jobs';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import { accountOptions, examples, type Format, formatOption, readCount } from './options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { shownPath } from './words.ts';
import { type AccountOptions, accountFor, openWorkshop } from './workshop.ts';

interface JobsOptions extends AccountOptions {
  readonly remote?: true;
  readonly prune?: true;
  readonly olderThan?: number;
  readonly dryRun?: true;
  readonly format: Format;
}

/** All of #jobs', by its type: it is loaded when there is something to ask. */
const sendable: Readonly<Record<SendableProvider, true>> = {
  ...{ openai: true, anthropic: true, gemini: true, azure: true, groq: true, 'openai-compatible': true },
};

const defaultPruneDays = 30;
const dayMs = 86_400_000;

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Lists the jobs of terminal and editor, the newest first, as they were when last looked at; asks no provider, unless ' +
        '--remote is given.',
    )
    .option('--remote', "list the provider's own newest batches instead, whoever made them")
    .option(
      '--prune',
      'remove records of jobs that are over, with their copies of requests and downloads; never open jobs, never results',
    )
    .option(
      '--older-than <days>',
      `of --prune: unchanged for so long (default: ${defaultPruneDays})`,
      readCount,
    )
    .option('--dry-run', 'of --prune: only list what would go')
    .addOption(
      new Option('--provider <name>', 'of --remote: whose batches, where no profile says it').choices(
        Object.keys(sendable),
      ),
    );
  accountOptions(command);
  command.addOption(formatOption()).action(async (options: JobsOptions) => {
    terminal.status = await jobs(options, terminal);
  });
  examples(command, [
    ['jobs', 'a table'],
    ['jobs --format json', 'one JSON document, for scripts'],
    ['jobs --remote --provider gemini', 'the batches at the provider, with the jobs they belong to'],
    ['jobs --prune --older-than 90', 'forgets jobs that have been over for three months'],
  ]);
}

async function jobs(options: JobsOptions, terminal: Terminal): Promise<ExitCode> {
  const { remote, prune, olderThan, dryRun } = options;
  if (remote && prune) throw new CouldNotRun('--remote and --prune are two things; name one.');
  if (!prune && (olderThan !== undefined || dryRun)) {
    throw new CouldNotRun('--older-than and --dry-run go with --prune.');
  }
  const { profile, baseUrl, provider } = options;
  if (!remote && [profile, baseUrl, provider].some((one) => one !== undefined)) {
    const message =
      '--profile, --base-url and --provider go with --remote: the jobs here are of all accounts.';
    throw new CouldNotRun(message);
  }
  if (remote) return await listRemoteBatches(options, terminal);
  return prune ? await pruneOld(options, terminal) : await listJobs(options.format, terminal);
}

async function listJobs(format: Format, terminal: Terminal): Promise<ExitCode> {
  const { store } = await openWorkshop(terminal);
  const { monthJson, monthLine, readMonth } = await import('./monthWords.ts');
  const { jobs, unreadable } = await store.list();
  for (const { message } of unreadable) terminal.note(printable(message));
  if (format === 'json') {
    const { printJobs } = await import('./showJob.ts');
    await printJobs(jobs, null, terminal, { spend: monthJson(await readMonth(store, terminal)) });
  } else if (jobs.length === 0) {
    terminal.print('There are no jobs yet; "llm-batch submit FILE" makes one.');
  } else {
    const { jobTable } = await import('./jobWords.ts');
    for (const line of jobTable(jobs, Date.now(), terminal.columns)) terminal.print(line);
    const { sayAlerts } = await import('./alertWords.ts');
    const { isTerminal } = await import('#core');
    await sayAlerts(
      jobs.filter((job) => !isTerminal(job)),
      terminal,
    );
    const month = monthLine(await readMonth(store, terminal));
    if (month !== null) terminal.print(month);
  }
  return exitCode.clean;
}

const mostRemote = 100;

async function listRemoteBatches(options: JobsOptions, terminal: Terminal): Promise<ExitCode> {
  const account = await accountFor(terminal, options);
  const { environment } = await openWorkshop(terminal, options);
  const { listRemote } = await import('#jobs');
  const { jobsJson } = await import('./showJob.ts');
  const listed = await listRemote(environment, account, mostRemote, terminal.signal);
  if (listed.kind === 'problem') throw new CouldNotRun(listed.message, 'provider');
  const { remoteJson, remoteTable } = await import('./remoteWords.ts');
  if (options.format === 'json') {
    const known = new Map(
      listed.batches.flatMap(({ job }) => (job === null ? [] : [[job.id, job] as const])),
    );
    terminal.printJson({
      jobs: await jobsJson([...known.values()], terminal),
      remote: listed.batches.map(remoteJson),
    });
  } else if (listed.batches.length === 0) {
    terminal.print('The provider has no batches of this account.');
  } else {
    for (const line of remoteTable(listed.batches, Date.now(), terminal.columns)) terminal.print(line);
    if (listed.batches.length === mostRemote) terminal.note(`The newest ${mostRemote} are shown.`);
  }
  return exitCode.clean;
}

async function pruneOld(options: JobsOptions, terminal: Terminal): Promise<ExitCode> {
  const { environment } = await openWorkshop(terminal);
  const { pruneJobs, pruneRuns } = await import('#jobs');
  const { jobsJson } = await import('./showJob.ts');
  const { formatBytes, formatNumberOf } = await import('#core');
  const dryRun = options.dryRun === true;
  const olderThanMs = (options.olderThan ?? defaultPruneDays) * dayMs;
  const { jobs, kept, ...ofJobs } = await pruneJobs(environment, { olderThanMs, dryRun });
  const runs = await pruneRuns(environment.store.home, Date.now() - olderThanMs, dryRun);
  const sizeBytes = ofJobs.sizeBytes + runs.sizeBytes;
  if (options.format === 'json') {
    terminal.printJson({
      jobs: await jobsJson(jobs, terminal),
      pruned: {
        ...{ dry_run: dryRun, jobs: jobs.length, runs: runs.ids.length, bytes: sizeBytes },
        kept: kept.map((one) => ({ id: one.job.id, why: whyKeptNames[one.why], message: whyKept(one) })),
      },
    });
    return exitCode.clean;
  }
  for (const { id, name } of jobs) terminal.print(`${printable(name)} (${printable(id)})`);
  for (const one of kept) terminal.note(printable(whyKept(one)));
  const ofRuns = runs.ids.length === 0 ? '' : ` and ${formatNumberOf(runs.ids.length, 'run')}`;
  const what = `${formatNumberOf(jobs.length, 'record')} of jobs${ofRuns}, ${formatBytes(sizeBytes)}`;
  terminal.print(
    dryRun ? `Would be removed: ${what}.` : `Removed: ${what}. Merged results stay where they are.`,
  );
  return exitCode.clean;
}

const whyKeptNames = {
  missing: 'results_missing',
  replaced: 'results_replaced',
  changed: 'results_changed',
  inRecord: 'results_in_record',
  cost: 'cost_not_kept',
} as const satisfies Record<KeptJob['why'], string>;

/** Why its record stays although it is old, and what lets it go. */
function whyKept({ job, why }: KeptJob): string {
  const { id, name, resultsPath } = job;
  const path = shownPath(resultsPath);
  const own = `its record has the only copy of its answers; "llm-batch download ${id}" makes them again as a file, and then it can go.`;
  const stays = `${name} (${id}) stays:`;
  switch (why) {
    case 'missing':
      return `${stays} ${path} is gone, and ${own}`;
    case 'replaced':
      return `${stays} ${path} holds the results of a newer job, and ${own}`;
    case 'changed':
      return `${stays} ${path} is not what it wrote there, and ${own}`;
    case 'inRecord':
      return `${stays} its merged results are in its record, ${path}, and nowhere else.`;
    case 'cost':
      return `${stays} what it cost cannot be written to spend.json; see to that file, and prune again.`;
  }
}
