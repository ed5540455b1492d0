// Which verbs are there? Only the one that is asked for is loaded, so that help and small verbs start at once.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { type ExitCode, exitCode } from './exitCode.ts';
import { isAbort, sentenceOf } from './failure.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** What each verb's file exports. */
interface VerbModule {
  readonly define: (command: Command, terminal: Terminal) => void | Promise<void>;
}

interface Verb {
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<VerbModule>;
}

const file = 'Your file:';
const batch = 'Batches:';
const results = 'Results:';
const more = 'More:';

const verbs: Readonly<Record<string, Verb>> = {
  check: {
    group: file,
    summary: 'what is wrong in batch files, line by line',
    load: () => import('./check.ts'),
  },
  estimate: {
    group: file,
    summary: 'tokens and cost, in batch and at once',
    load: () => import('./estimate.ts'),
  },
  submit: { group: batch, summary: 'check, price, ask, send', load: () => import('./submit.ts') },
  jobs: { group: batch, summary: 'every job this computer knows of', load: () => import('./jobs.ts') },
  status: {
    group: batch,
    summary: 'ask the provider how one job is doing',
    load: () => import('./status.ts'),
  },
  watch: {
    group: batch,
    summary: 'follow jobs to their end and fetch the results',
    load: () => import('./watch.ts'),
  },
  cancel: {
    group: batch,
    summary: 'stop a job; what is answered is kept',
    load: () => import('./cancel.ts'),
  },
  download: {
    group: batch,
    summary: 'fetch and merge the results of a job that is over',
    load: () => import('./download.ts'),
  },
  merge: {
    group: results,
    summary: 'join requests and results in source order',
    load: () => import('./merge.ts'),
  },
  retry: {
    group: results,
    summary: 'write the requests that were not answered to a new file',
    load: () => import('./retry.ts'),
  },
  simulate: {
    group: more,
    summary: 'a provider on this computer, to try everything without a key',
    load: () => import('./simulate.ts'),
  },
  lsp: { group: more, summary: 'the language server, for any editor', load: () => import('./lsp.ts') },
};

/** Runs one command line; the answer is what the process ends with. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const program = await buildProgram(args, terminal);
    await program.parseAsync(args, { from: 'user' });
    return terminal.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.clean : exitCode.couldNotRun;
    if (isAbort(error) && terminal.signal.aborted) return exitCode.interrupted;
    terminal.note(`${terminal.paintNote('red', 'llm-batch:')} ${sentenceOf(error)}`);
    if (terminal.env.LLM_BATCH_DEBUG === '1')
      terminal.note(String(error instanceof Error ? error.stack : error));
    return exitCode.couldNotRun;
  }
}

async function buildProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command('llm-batch')
    .description('Check, price, submit, watch and merge LLM batch files (JSONL, one request a line).')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .commandsGroup(more)
    .helpCommand('help [verb]', 'show the help of a verb')
    .addHelpText('after', introduction)
    .configureHelp({ subcommandTerm: (command) => command.name() });
  program.exitOverride().configureOutput({
    outputError: (text, write) => write(usageError(text, terminal)),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  const named = args.filter((arg) => !arg.startsWith('-') && arg !== 'help')[0];
  for (const [name, verb] of Object.entries(verbs)) {
    const command = program.command(name).summary(verb.summary).helpGroup(verb.group);
    if (name !== named) continue;
    command.showHelpAfterError(`llm-batch ${name} --help shows what it takes.`);
    await (await verb.load()).define(command, terminal);
  }
  program.showHelpAfterError('llm-batch --help shows the verbs.');
  return program;
}

const introduction = `
Exit status:
  0  done and clean
  1  done, and there are errors: problems in a file, failed or missing rows
  2  could not run: usage, no such file, no key, refused by the provider
  3  still running when --timeout ran out
  4  stopped for consent: no --yes, over --max-cost, blocked by problems

Try it without a key:
  $ llm-batch simulate &                      prints its URL
  $ llm-batch submit FILE --base-url URL --yes --wait

llm-batch VERB --help explains a verb with examples. Keys come from the environment
(OPENAI_API_KEY), never from flags or files.`;

/** commander's own words, as a sentence in our voice; what was typed is shown without its control characters. */
function usageError(text: string, terminal: Terminal): string {
  const words = text.replace(/^error: /, '').trimEnd();
  const sentence = words.charAt(0).toUpperCase() + words.slice(1);
  const shown = sentence.split('\n').map(printable).join('\n');
  return `${terminal.paintNote('red', 'llm-batch:')} ${/[.?)]$/.test(shown) ? shown : `${shown}.`}\n`;
}

/** From the package beside this folder, whether it runs from source or bundled. */
function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
