// What a project decided for the files in it, as its `.llm-batch.json` says.
import type { Configuration, Provider } from '#core';
import type { Input } from './input.ts';
import type { Terminal } from './terminal.ts';

/**
 * Says what stands there and has no effect.
 * @param receiver who gets the requests, where that is known: of lines that several providers take they are his.
 */
export async function configurationFor(
  input: Input,
  terminal: Terminal,
  receiver?: Provider,
): Promise<Configuration> {
  const { configurationOf } = await import('#core');
  const { findProjectConfig } = await import('#files');
  const { printable } = await import('./printable.ts');
  const { values, problem } = await findProjectConfig(input.configPath);
  if (problem !== null) terminal.note(printable(problem));
  return configurationOf(receiver === undefined ? {} : { provider: receiver }, values);
}
