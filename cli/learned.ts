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
  const { env } = terminal;
  const home = stateHome(env, process.platform, terminal.home);
  // What the simulator answers is priced as the provider would bill it.
  const given = profile === 'simulator' ? undefined : (baseUrl ?? (await baseUrlOf(profile, home)));
  const at = (variable: string): string | undefined => given ?? env[variable];
  const places = placesOf({
    openai: at(providerVariables.openai.baseUrl),
    anthropic: at(providerVariables.anthropic.baseUrl),
    gemini: at(providerVariables.gemini.baseUrl),
  });
  return new LearnedFile(home).at(places, Date.now());
}

/** Of a profile of settings.json; undefined for a provider, whose address the environment says. */
async function baseUrlOf(profile: string | undefined, home: string): Promise<string | undefined> {
  if (profile === undefined) return undefined;
  const { profileOf } = await import('#jobs');
  return profileOf(profile, home)?.baseUrl;
}
