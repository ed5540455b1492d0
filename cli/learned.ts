// What did earlier jobs and counts teach, for the addresses that this command line would send to?
import type { LearnedModels } from '#core';
import type { Terminal } from './terminal.ts';
import type { AccountOptions } from './workshop.ts';

export async function learnedFor(
  terminal: Terminal,
  { profile, baseUrl }: AccountOptions,
): Promise<LearnedModels> {
  const { placesOf, providerVariables } = await import('#core');
  const { LearnedFile, stateHome } = await import('#files');
  const { env, home } = terminal;
  // What the simulator answers is priced as the provider would bill it.
  const given = profile === 'simulator' ? undefined : baseUrl;
  const at = (variable: string): string | undefined => given ?? env[variable];
  const places = placesOf({
    openai: at(providerVariables.openai.baseUrl),
    anthropic: at(providerVariables.anthropic.baseUrl),
    gemini: at(providerVariables.gemini.baseUrl),
  });
  return new LearnedFile(stateHome(env, process.platform, home)).at(places, Date.now());
}
