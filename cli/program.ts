// What does one command line mean? Its verb is loaded and run; whatever goes wrong becomes one sentence and an exit status.
import { Command, CommanderError } from 'commander';
import { type ExitCode, exitCode } from './exitCode.ts';
import { type Failure, failureOf, isAbort, sentenceOf } from './failure.ts';
import { errorMember, hanging, helpColumns, helpRows, optionWords, wantsJson } from './options.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { otherVerbs, verbs } from './verbs.ts';
import { packageVersion } from './version.ts';

/** Runs one command line; the answer is what the process ends with. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const program = await buildProgram(args, terminal);
    await program.parseAsync(meant(args), { from: 'user' });
    return terminal.status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.clean;
    const isInterrupted = isAbort(error) && terminal.signal.aborted;
    const failure = isInterrupted ? interruption : failureFrom(error);
    // commander has said its own already; of Ctrl-C nothing needs to be said.
    if (!isInterrupted && !(error instanceof CommanderError)) {
      terminal.note(`${terminal.paintNote('red', 'llm-batch:')} ${sentenceOf(failure)}`);
      if (terminal.env.LLM_BATCH_DEBUG === '1') for (const stack of stacksOf(error)) terminal.note(stack);
    }
    if (wantsJson(args) && !terminal.hasAnswered) terminal.printJson(errorMember(failure));
    return isInterrupted ? exitCode.interrupted : exitCode.couldNotRun;
  }
}

const interruption: Failure = { code: 'interrupted', message: 'It was interrupted before it was done.' };

function failureFrom(error: unknown): Failure {
  if (!(error instanceof CommanderError)) return failureOf(error);
  return { code: 'usage', message: usageSentence(error.message).replaceAll('\n', ' ') };
}

/** Its own, then those of what caused it; no other properties, for an SDK's errors hold what was sent. */
function stacksOf(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)];
  return [error.stack ?? String(error), ...stacksOf(error.cause)];
}

/** `help chekc` is answered as `chekc` is: there is no such verb, but a similar one. */
function meant(args: readonly string[]): readonly string[] {
  const [first, second] = args;
  const isUnknown = second !== undefined && second !== 'help' && !Object.hasOwn(verbs, second);
  return first === 'help' && isUnknown && !second.startsWith('-') ? [second] : args;
}

async function buildProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command('llm-batch')
    .usage('VERB [options]')
    .description('Check, price, submit, watch and merge LLM batch files (JSONL, one request a line).')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .commandsGroup(otherVerbs)
    .helpCommand('help [verb]', 'the help of a verb')
    .addHelpText('after', introduction())
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      helpWidth: helpColumns(),
      minWidthToWrap: 20,
      optionDescription: optionWords,
    });
  program.exitOverride().configureOutput({
    outputError: (text, write) => write(usageError(text, terminal)),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  const named = args.filter((arg) => !arg.startsWith('-') && arg !== 'help')[0];
  for (const [name, verb] of Object.entries(verbs)) {
    const command = program.command(name).summary(verb.summary).helpGroup(verb.group);
    if (name !== named) continue;
    command.showHelpAfterError(`"llm-batch ${name} --help" shows what it takes.`);
    await (await verb.load()).define(command, terminal);
  }
  program.showHelpAfterError('"llm-batch --help" shows the verbs.');
  return program;
}

const statuses = [
  ['0', 'done and clean'],
  ['1', 'done, and there are errors: problems in a file, failed or missing rows'],
  ['2', 'could not run: usage, no such file, no key, refused by the provider'],
  ['3', 'still running when --timeout ran out, or when Ctrl-C ended the waiting'],
  ['4', 'stopped for consent: no --yes, over --max-cost, blocked by problems'],
  ['130', 'ended by Ctrl-C before there was anything to come back to'],
] as const;

const variables = [
  ['OPENAI_API_KEY', 'the key; never a flag, never in a file of ours'],
  ['OPENAI_BASE_URL', 'where the provider is, when it is not OpenAI itself'],
  ['ANTHROPIC_API_KEY', 'and ANTHROPIC_BASE_URL: the same for Anthropic'],
  ['GEMINI_API_KEY', 'and GOOGLE_GEMINI_BASE_URL: for Gemini'],
  ['GROQ_API_KEY', 'and GROQ_BASE_URL: for Groq'],
  ['AZURE_OPENAI_API_KEY', 'and AZURE_OPENAI_ENDPOINT: for Azure OpenAI'],
  ['LLM_BATCH_HOME', "where jobs are kept, instead of the platform's state folder"],
  ['LLM_BATCH_DEBUG', '1: says where an error came from'],
] as const;

const introduction = (): string => `
Exit status:
${helpRows(statuses)}

Environment:
${helpRows(variables)}
  ${hanging('HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS and NO_COLOR as everywhere', 2)}

Try it without a key:
  $ llm-batch simulate --port 8900 &
  $ export OPENAI_BASE_URL=http://127.0.0.1:8900/v1
  $ llm-batch submit FILE --yes --wait

${hanging('"llm-batch VERB --help" explains a verb with examples; "llm-batch doctor" says what is set up here. With --format json every verb prints one JSON document.', 0)}`;

/** commander's own words, as a sentence in our voice; what was typed is shown without its control characters. */
function usageSentence(text: string): string {
  const words = text.replace(/^error: /, '').trimEnd();
  const sentence = words.charAt(0).toUpperCase() + words.slice(1);
  const shown = sentence.split('\n').map(printable).join('\n');
  return /[.?)]$/.test(shown) ? shown : `${shown}.`;
}

function usageError(text: string, terminal: Terminal): string {
  return `${terminal.paintNote('red', 'llm-batch:')} ${usageSentence(text)}\n`;
}
