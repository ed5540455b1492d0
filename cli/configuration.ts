// What a project decided for the files in it, as its `.llm-batch.json` says, and the file of prices that was named.
import { resolve } from 'node:path';
import type { Configuration, PriceTable, Provider } from '#core';
import { CouldNotRun } from './failure.ts';
import type { Input } from './input.ts';
import { learnedFor } from './learned.ts';
import type { Terminal } from './terminal.ts';
import type { AccountOptions } from './workshop.ts';

/** What a command line adds to what the project says. */
interface Circumstances {
  /** Named in the command: goes before the project's own file of prices. */
  readonly prices?: PriceTable | undefined;
  /** Who gets the requests, where that is known: of lines that several providers take they are his. */
  readonly receiver?: Provider | undefined;
  /** What an account says of its limits and prices. */
  readonly values?: Partial<Configuration> | undefined;
  /** Where they would go: what was learnt holds for an address. */
  readonly account?: AccountOptions | undefined;
}

/** Says what stands there and has no effect. */
export async function configurationFor(
  input: Input,
  terminal: Terminal,
  { prices, receiver, values: ofAccount = {}, account = {} }: Circumstances = {},
): Promise<Configuration> {
  const { configurationOf } = await import('#core');
  const { findProjectConfig } = await import('#files');
  const { printable } = await import('./printable.ts');
  const { values, problem } = await findProjectConfig(input.configPath);
  if (problem !== null) terminal.note(printable(problem));
  return configurationOf(
    values,
    receiver === undefined ? {} : { provider: receiver },
    ofAccount,
    prices === undefined ? {} : { priceFile: prices },
    { learned: await learnedFor(terminal, account) },
  );
}

/** Reads it once for all files of a command, and says what was found in it. @throws CouldNotRun. */
export async function namedPrices(name: string, terminal: Terminal): Promise<PriceTable> {
  const { priceFileWords, readPriceFile } = await import('#files');
  const { printable } = await import('./printable.ts');
  const file = readPriceFile(resolve(name), 'file', name);
  if (file.table === null) throw new CouldNotRun(file.problems[0] ?? `${name} prices nothing.`, 'file');
  for (const words of priceFileWords(file)) terminal.note(printable(words));
  return file.table;
}
