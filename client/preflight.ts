// Is a file on disk fit to be sent, and what will it cost? Asked of the workers, for exactly the bytes that would be sent.
import { type Configuration, configurationOf, type Provider, placesOf, readConfiguration } from '#core';
import type { FullCheck } from '#files';
import type { Engine } from './engine.ts';
import { readBaseUrls, readServerSettings } from './settings.ts';

export interface Preflight {
  readonly check: FullCheck;
  readonly estimate: FullCheck['estimate'];
}

const maxProblems = 1000;

/**
 * As the language server has it.
 * @param receiver who gets the requests, where that is known: of lines that several providers take they are his.
 */
export async function configFor(engine: Engine, path: string, receiver?: Provider): Promise<Configuration> {
  const { findProjectConfig, withPrices } = await engine.files();
  const project = await findProjectConfig(path);
  const { values } = withPrices(readConfiguration(readServerSettings()));
  const learned = await (await engine.learned()).at(placesOf(readBaseUrls()), Date.now());
  const sentTo = receiver === undefined ? {} : { provider: receiver };
  return configurationOf(sentTo, values, project.values, { learned });
}

/** @throws the file system's error, or AbortError. */
export async function preflight(engine: Engine, path: string, signal: AbortSignal): Promise<Preflight> {
  const { checkFile } = await engine.files();
  const pool = await engine.pool();
  const today = new Date().toISOString().slice(0, 10);
  const config = await configFor(engine, path, 'openai');
  const check = await checkFile(path, {
    ...{ pool, workersOnly: true, provider: 'auto', config, maxProblems, today, signal },
    estimate: 'summary',
    sha256: true,
  });
  return { check, estimate: check.estimate };
}
