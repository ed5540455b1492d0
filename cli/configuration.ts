// What a project decided for the files in it, as its `.llm-batch.json` says.
import type { Configuration } from '#core';
import type { Input } from './input.ts';
import type { Terminal } from './terminal.ts';

/** Says what stands there and has no effect. */
export async function configurationFor(input: Input, terminal: Terminal): Promise<Configuration> {
  const { configurationOf } = await import('#core');
  const { findProjectConfig } = await import('#files');
  const { printable } = await import('./printable.ts');
  const { values, problem } = await findProjectConfig(input.configPath);
  if (problem !== null) terminal.note(printable(problem));
  return configurationOf(values);
}
