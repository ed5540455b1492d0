// How tests check and estimate: as OpenAI's on the day that the facts are of, unless they say otherwise.
import { type CheckLineOptions, type Configuration, configurationOf, dialectOf, type Provider } from '#core';

export const today = '2026-11-21';

export function checkingAs(provider: Provider, config: Partial<Configuration> = {}): CheckLineOptions {
  return { dialect: dialectOf(provider), config: configurationOf(config), today };
}

export const checking: CheckLineOptions = checkingAs('openai');

/** Of files on disk. */
export const fileChecking = { provider: 'auto', config: configurationOf(), today } as const;
