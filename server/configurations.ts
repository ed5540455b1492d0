// By what is a file checked and priced? Settings, the project's file and what earlier jobs taught, put together for each check.
import { homedir } from 'node:os';
import { type Configuration, configurationOf, type Places, placesOf, providerVariables } from '#core';
import { findProjectConfig, LearnedFile, stateHome, withPrices } from '#files';
import { pathOf } from './pathOf.ts';
import { defaultSettings, type Settings } from './settings.ts';

export class Configurations {
  settings: Settings = defaultSettings;
  readonly #learned = new LearnedFile(stateHome(process.env, process.platform, homedir()));
  readonly #told = new Set<string>();
  readonly #warn: (problem: string) => void;

  /** @param warn is told once, for each wording, what cannot be used of a configuration. */
  constructor(warn: (problem: string) => void) {
    this.#warn = warn;
  }

  /** Calls when what was learnt has changed, until the result is disposed of. */
  watchLearned(changed: () => void): { dispose(): void } {
    return this.#learned.watch(changed);
  }

  async of(uri: string): Promise<Configuration> {
    const path = pathOf(uri);
    const project = path === null ? null : await findProjectConfig(path);
    const learned = await this.#learned.at(this.settings.places ?? environmentPlaces(), Date.now());
    const { values, problems } = withPrices(this.settings.config);
    for (const problem of [...problems, project?.problem ?? null]) this.#tell(problem);
    return configurationOf(values, project?.values ?? {}, { learned });
  }

  #tell(problem: string | null): void {
    if (problem === null || this.#told.has(problem)) return;
    this.#told.add(problem);
    this.#warn(problem);
  }
}

/** Of an editor that says nothing else. */
function environmentPlaces(): Places {
  const { openai, anthropic, gemini } = providerVariables;
  const { env } = process;
  return placesOf({
    openai: env[openai.baseUrl],
    anthropic: env[anthropic.baseUrl],
    gemini: env[gemini.baseUrl],
  });
}
