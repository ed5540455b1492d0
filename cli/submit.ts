// `llm-batch submit`: check, price, ask, send; and on request wait for the results.
import type { Command } from 'commander';
import type { Configuration, Job, Provider } from '#core';
import type { Split } from '#files';
import type { Account } from '#jobs';
import { checkToSend, type FullShownCheck } from './check.ts';
import { configurationFor } from './configuration.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import type { WaitOptions } from './follow.ts';
import { type Input, withInputs } from './input.ts';
import {
  accountOptions,
  examples,
  type Format,
  formatOption,
  providerOption,
  readPair,
  readRetries,
  readSplit,
  readUsd,
  waitOptions,
} from './options.ts';
import { printable } from './printable.ts';
import { receiverFor } from './receiver.ts';
import { agreeAndSend, carryOn } from './submitAgreed.ts';
import { cutOf, sayOtherVersions, withoutMended } from './submitParts.ts';
import type { ToSend } from './submitReuse.ts';
import type { Terminal } from './terminal.ts';
import { type AccountOptions, accountFor, openWorkshop, type Workshop } from './workshop.ts';

export interface SubmitOptions extends AccountOptions, WaitOptions {
  readonly yes?: true;
  readonly maxCost?: number;
  readonly wait?: true;
  readonly out?: string;
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly allowErrors?: true;
  readonly new?: true;
  readonly model?: string;
  readonly overBudget?: true;
  readonly reuse?: true;
  readonly retryFailed?: number;
  readonly split?: Split;
  readonly deleteUploads?: boolean;
  readonly format: Format;
}

export function define(command: Command, terminal: Terminal): void {
  command
    .description(
      'Checks the file, shows the plan with its price, asks, then sends exactly the bytes that were checked. ' +
        'The same bytes to the same account, while a job of them is open, go on with that job instead of paying twice.',
    )
    .argument('<file>', 'the batch file; - reads standard input')
    .option('--yes', 'agree to the plan without being asked')
    .option('--max-cost <usd>', 'do not send when the most it can cost is above this, or not known', readUsd)
    .option('--over-budget', 'agree to a price above the limits of your settings, too')
    .option('--wait', 'wait until the merged results are there')
    .option('--out <file>', 'where the merged results go (default: X.results.jsonl beside X.jsonl)')
    .option('--name <name>', 'what the job is called (default: the name of the file)')
    .option('--metadata <key=value>', 'kept with the batch at the provider; may be repeated', readPair)
    .option(
      '--allow-errors',
      'send although some requests will fail (never when the whole file would be refused)',
    )
    .option(
      '--reuse',
      'keep the answers that earlier jobs have to the same requests; send and pay only for the others',
    )
    .option(
      '--retry-failed <n>',
      'send what failed and could succeed again by itself, up to so many times',
      readRetries,
    )
    .option(
      '--model <name>',
      'the model of requests that name none, where the batch itself names one (Gemini)',
    )
    .option('--new', 'send again although a job of the same bytes is open')
    .option(
      '--split <how>',
      'auto: in as many parts as limits and queue need; off: as it is; or in at least so many (default: auto)',
      readSplit,
    )
    .option('--delete-uploads', 'delete what was uploaded at the provider once the results are here')
    .option('--no-delete-uploads', 'keep it, whatever "deleteUploads" of settings.json says');
  accountOptions(command);
  command.addOption(providerOption());
  waitOptions(command);
  command.addOption(formatOption()).action(async (name: string, options: SubmitOptions) => {
    const { withUsualWishes } = await import('./usualWishes.ts');
    terminal.status = await submit(name, await withUsualWishes(options, terminal), terminal);
  });
  examples(command, [
    ['submit reviews.jsonl', 'shows the plan, asks, sends, and returns'],
    [
      'submit reviews.jsonl --yes --max-cost 2 --wait',
      'for scripts: at most 2 dollars, waits for reviews.results.jsonl',
    ],
    ['submit reviews.jsonl --reuse', 'asks again only for what is new or changed since an earlier job'],
    [
      'submit reviews.jsonl --wait --timeout 3600',
      'exit status 3 when it still runs after an hour; run it again to go on',
    ],
  ]);
}

async function submit(name: string, options: SubmitOptions, terminal: Terminal): Promise<ExitCode> {
  if (name === '-' && options.out === undefined) {
    throw new CouldNotRun(
      'Standard input has no name to put the results beside; say where they go with --out FILE.',
    );
  }
  const receiver = await receiverFor(terminal, options);
  // A profile that is wrong is said before a large file is read.
  if (receiver.receiver !== undefined)
    await accountFor(terminal, { ...options, provider: receiver.receiver });
  const workshop = await openWorkshop(terminal, options);
  return await withInputs([name], terminal, async ([input]) => {
    if (input === undefined) return exitCode.couldNotRun;
    const model = options.model === undefined ? {} : { model: options.model };
    const config = await configurationFor(input, terminal, {
      ...receiver,
      values: { ...receiver.values, ...model },
    });
    const checked = await checkToSend(input, await withoutMended(config, options), terminal);
    const { mayNeverBeSent } = await import('./consent.ts');
    if (mayNeverBeSent(checked, terminal)) {
      if (options.format === 'json') terminal.printJson({ jobs: [] });
      return exitCode.noConsent;
    }
    await refuseForeignModel(checked.provider, options);
    const account = await accountToSend(receiver.receiver ?? checked.provider, config, options, terminal);
    const open = options.new ? null : await openJob(checked, account, workshop);
    if (open !== null) {
      terminal.note(
        `These bytes are already job ${printable(open.id)}; going on with it (--new sends them again).`,
      );
      return await carryOn(open, options, workshop, terminal);
    }
    await sayOtherVersions(input, checked.sha256, workshop, terminal);
    return await planAndSend(input, checked, { account, config, options, workshop, terminal });
  });
}

interface Sender {
  readonly account: Account;
  readonly config: Configuration;
  readonly options: SubmitOptions;
  readonly workshop: Workshop;
  readonly terminal: Terminal;
}

/** All of it, or what is left when answers of earlier jobs are kept. */
async function planAndSend(input: Input, checked: FullShownCheck, sender: Sender): Promise<ExitCode> {
  const { account, config, options, workshop, terminal } = sender;
  const { planOf } = await import('#jobs');
  const file = input.name === '-' ? 'standard input' : input.path;
  const planned = async (some: Input, check: FullShownCheck): Promise<ToSend> => {
    const cut = await cutOf(some, check, config, options, terminal);
    return { plan: planOf(file, account, check, check.estimate.summary, cut), checked: check };
  };
  const all = await planned(input, checked);
  const send = (what: ToSend): Promise<ExitCode> =>
    agreeAndSend(input, all, what, options, workshop, terminal);
  if (!options.reuse) return await send(all);
  const { sendUnanswered } = await import('./submitReuse.ts');
  const planFor = async (some: Input): Promise<ToSend> =>
    planned(some, await checkToSend(some, await withoutMended(config, options), terminal));
  return await sendUnanswered(input, all, { options, workshop, terminal, planFor, send });
}

/** @throws CouldNotRun where each request names its own. */
async function refuseForeignModel(provider: Provider | null, { model }: SubmitOptions): Promise<void> {
  const { dialectOf } = await import('#core');
  if (model === undefined || provider === null || dialectOf(provider).form === 'keyed') return;
  const message = `Requests to ${dialectOf(provider).title} name their model themselves; leave out --model.`;
  throw new CouldNotRun(message, 'usage');
}

/** The one to go on with. @throws CouldNotRun for one of another model: the same bytes for it are another batch. */
async function openJob(
  { provider, report, estimate, sha256 }: FullShownCheck,
  account: Account,
  { runner }: Workshop,
): Promise<Job | null> {
  const { batchModelOf } = await import('#jobs');
  const model = batchModelOf(provider, report, estimate.summary);
  const same = await runner.findOpen(sha256, account, { model });
  if (same !== null || model === null) return same;
  const other = await runner.findOpen(sha256, account);
  if (other === null) return null;
  const message = `These bytes are already job ${printable(other.id)}, for ${printable(other.model ?? 'another model')}; --new sends them again for ${printable(model)}.`;
  throw new CouldNotRun(message, 'usage');
}

/** Sent by the version of the API that it was checked for. */
async function accountToSend(
  provider: Provider | null,
  config: Configuration,
  options: SubmitOptions,
  terminal: Terminal,
): Promise<Account> {
  const { checkedFor } = await import('#jobs');
  const account = await accountFor(terminal, { ...options, provider: provider ?? 'auto' });
  return checkedFor(account, config);
}
