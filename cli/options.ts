// Options that several verbs take, and how their values are read.
import { type Command, InvalidArgumentError, Option } from 'commander';

export type Format = 'text' | 'json';

export function formatOption(): Option {
  return new Option('--format <format>', 'how to answer').choices(['text', 'json']).default('text');
}

export function providerOption(): Option {
  return new Option('--provider <name>', 'whose rules apply; auto reads it from the lines')
    .choices(['auto', 'openai'])
    .default('auto');
}

/** Whole and at least 0, as `--max-problems 50`. */
export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Seconds as typed, milliseconds as used. */
export function readSeconds(text: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of seconds.');
  return Math.round(Number(text) * 1000);
}

/** US dollars, with or without the sign. */
export function readUsd(text: string): number {
  if (!/^\$?\d{1,9}(\.\d+)?$/.test(text)) {
    throw new InvalidArgumentError('It must be an amount in US dollars, such as 2.50.');
  }
  return Number(text.replace('$', ''));
}

/** OpenAI takes 16 pairs with keys of 64 and values of 512 characters (openai 7.55.0); two of the pairs are ours. */
const metadataLimits = { pairs: 14, keyLength: 64, valueLength: 512 } as const;

/** `key=value`, repeatable. */
export function readPair(
  text: string,
  previous: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be written key=value.');
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  const pairs = { ...previous, [key]: value };
  const { pairs: most, keyLength, valueLength } = metadataLimits;
  if (key.length > keyLength || value.length > valueLength || Object.keys(pairs).length > most) {
    throw new InvalidArgumentError(
      `At most ${most} pairs, with keys of ${keyLength} and values of ${valueLength} characters.`,
    );
  }
  return pairs;
}

/** Examples below the options: what to type, then what it does. */
export function examples(command: Command, rows: readonly (readonly [string, string])[]): void {
  const lines = rows.map(([typed, about]) => `  $ llm-batch ${typed}\n      ${about}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Which account pays. */
export function accountOptions(command: Command): void {
  command
    .option('--profile <name>', 'the account: openai, or simulator for the one the editor runs')
    .option('--base-url <url>', 'where the provider is (default: OPENAI_BASE_URL, then OpenAI)');
}

/** How waiting is done. */
export function waitOptions(command: Command): void {
  command
    .option('--poll-min <s>', 'seconds between looks while things happen (default: 10)', readSeconds)
    .option('--poll-max <s>', 'seconds between looks while nothing does (default: 120)', readSeconds)
    .option('--timeout <s>', 'stop waiting after this; exit status 3, the batch goes on', readSeconds);
}
