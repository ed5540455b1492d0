// Options that several verbs take, and how their values are read.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Provider } from '#core';
import type { Failure } from './failure.ts';
import { wrapped } from './words.ts';

export type Format = 'text' | 'json';

/** The `error` of a JSON document: there exactly when the command ends with "could not run". */
export function errorMember(failure: Failure | null | undefined): { readonly error?: Failure } {
  return failure ? { error: { code: failure.code, message: failure.message } } : {};
}

/** Whether JSON was asked for, read before anything is understood: also a command that fails at once answers in it. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  return before.some(
    (arg, at) => arg === '--format=json' || (arg === '--format' && before[at + 1] === 'json'),
  );
}

export function formatOption(): Option {
  return new Option('--format <format>', 'how to answer').choices(['text', 'json']).default('text');
}

/** All of core's, by its type: core itself is loaded when there is something to check. */
const providers: Readonly<Record<Provider, true>> = {
  openai: true,
  anthropic: true,
  gemini: true,
  azure: true,
  mistral: true,
  groq: true,
  xai: true,
  'openai-compatible': true,
};

export function providerOption(): Option {
  return new Option('--provider <name>', 'whose rules apply; auto reads it from the lines')
    .choices(['auto', ...Object.keys(providers)])
    .default('auto');
}

/** Models by name, as `gpt-6-luna,gpt-5.4-mini`. */
export function readModels(text: string): readonly string[] {
  const models = [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
  if (models.length === 0) throw new InvalidArgumentError('It must be models, with commas between them.');
  if (models.length > mostCompared) throw new InvalidArgumentError(`At most ${mostCompared} models.`);
  return models;
}

/** The requests are counted once for each. */
const mostCompared = 20;

/** Whole and at least 0, as `--max-problems 50`. */
export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** The same, and at least 1. */
export function readAmount(text: string): number {
  if (!/^0*[1-9]\d{0,11}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number, and at least 1.');
  }
  return Number(text);
}

/** `auto`, `off`, or how many parts at least. */
export function readSplit(text: string): 'auto' | 'off' | number {
  if (text === 'auto' || text === 'off') return text;
  if (!/^0*[1-9]\d{0,3}$/.test(text)) {
    throw new InvalidArgumentError('It must be auto, off, or a number of parts from 1 to 9999.');
  }
  return Number(text);
}

const byteUnits: Readonly<Record<string, number>> = {
  ...{ '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 },
};

/** More than this is no bad luck. */
const mostRetries = 10;

/** As `--retry-failed 2`. */
export function readRetries(text: string): number {
  const retries = readCount(text);
  if (retries > mostRetries) throw new InvalidArgumentError(`At most ${mostRetries} times.`);
  return retries;
}

/** `500000`, `150MB`, `1.5 GiB`. */
export function readBytes(text: string): number {
  const [, figure, unit = ''] = /^(\d{1,12}(?:\.\d{1,6})?) ?([a-z]*)$/i.exec(text) ?? [];
  const factor = byteUnits[unit.toLowerCase()];
  const bytes = figure === undefined || factor === undefined ? 0 : Math.floor(Number(figure) * factor);
  if (bytes < 1) throw new InvalidArgumentError('It must be a size, such as 500000, 150MB or 1.5GiB.');
  return bytes;
}

/** Seconds as typed, milliseconds as used. */
function readSeconds(text: string): number {
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

/** OpenAI takes 16 pairs with keys of 64 and values of 512 characters (openai 7.55.0); three of the pairs are ours. */
const metadataLimits = { pairs: 13, keyLength: 64, valueLength: 512 } as const;

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

/** What an option does, what it may be, and what it is unless it is given. */
export function optionWords({
  description,
  argChoices,
  defaultValue,
  defaultValueDescription,
}: Option): string {
  const words = argChoices === undefined ? description : `${description}: ${argChoices.join(', ')}`;
  const usual = defaultValueDescription ?? (defaultValue === undefined ? null : String(defaultValue));
  return usual === null ? words : `${words} (default: ${usual})`;
}

/** Help is as wide as the screen, and no wider than is read with ease. */
export function helpColumns(): number {
  return Math.min(process.stdout.columns ?? 80, 100);
}

/** Text that begins at a column, and goes on below itself. */
export function hanging(text: string, column: number): string {
  return wrapped(text, helpColumns() - column).replaceAll('\n', `\n${' '.repeat(column)}`);
}

/** A list below the options: what may stand there, then what it means. */
export function helpRows(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, about]) => `  ${term.padEnd(width)}  ${hanging(about, width + 4)}`).join('\n');
}

/** Examples below the options: what to type, then what it does. */
export function examples(command: Command, rows: readonly (readonly [string, string])[]): void {
  const lines = rows.map(([typed, about]) => `  $ llm-batch ${typed}\n      ${hanging(about, 6)}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Which account pays. */
export function accountOptions(command: Command): void {
  command
    .option(
      '--profile <name>',
      'the account: a provider, a profile of settings.json, or simulator for the one that the editor or "simulate --register" runs',
    )
    .option(
      '--base-url <url>',
      'where the provider is (default: the variable of its SDK, such as OPENAI_BASE_URL, then its own)',
    );
}

/** How waiting is done. */
export function waitOptions(command: Command): void {
  command
    .option('--poll-min <s>', 'seconds between looks while things happen (default: 10)', readSeconds)
    .option('--poll-max <s>', 'seconds between looks while nothing does (default: 120)', readSeconds)
    .option('--timeout <s>', 'stop waiting after this; exit status 3, the batch goes on', readSeconds);
}
