// Is a file on disk fit to be sent, and what will it cost? Asked of the workers, for exactly the bytes that would be sent.
import { areTokensLimited, type Configuration, configurationOf, placesOf, readConfiguration } from '#core';
import type { FullCheck, PlannedParts } from '#files';
import type { Receiver } from './accounts.ts';
import type { Engine } from './engine.ts';
import { readBaseUrls, readServerSettings } from './settings.ts';

export interface Preflight {
  readonly check: FullCheck;
  readonly estimate: FullCheck['estimate'];
  /** In how many parts it would be sent. */
  readonly cut: PlannedParts;
  /** What it was checked and priced by. */
  readonly config: Configuration;
}

const maxProblems = 1000;

/** Nobody in particular. */
const anybody: Receiver = { provider: null, values: {} };

/**
 * As the language server has it.
 * @param receiver who gets the requests, where that is known: of lines that several providers take they are his.
 */
export async function configFor(engine: Engine, path: string, receiver = anybody): Promise<Configuration> {
  const { findProjectConfig, withPrices } = await engine.files();
  const project = await findProjectConfig(path);
  const { values } = withPrices(readConfiguration(readServerSettings()));
  const learned = await (await engine.learned()).at(placesOf(readBaseUrls()), Date.now());
  // Of an account that was chosen all holds: of a project, what the account leaves open.
  const sentTo = receiver.provider === null ? {} : { provider: receiver.provider };
  return configurationOf(values, project.values, sentTo, receiver.values, { learned });
}

/** @throws the file system's error, or AbortError. */
export async function preflight(
  engine: Engine,
  path: string,
  signal: AbortSignal,
  receiver: Receiver,
): Promise<Preflight> {
  const { checkFile, mendedByCut } = await engine.files();
  const pool = await engine.pool();
  const today = new Date().toISOString().slice(0, 10);
  const configured = await configFor(engine, path, receiver);
  // What a cut into parts mends is no problem of the file.
  const config = { ...configured, severity: { ...configured.severity, ...mendedByCut } };
  const check = await checkFile(path, {
    ...{ pool, workersOnly: true, provider: 'auto', config, maxProblems, today, signal },
    estimate: areTokensLimited(config, {}) ? 'lines' : 'summary',
    sha256: true,
  });
  const cut = await cutOf(engine, path, check, config, signal);
  return { check, estimate: check.estimate, config, cut };
}

async function cutOf(
  engine: Engine,
  path: string,
  { provider, report, estimate }: FullCheck,
  config: Configuration,
  signal: AbortSignal,
): Promise<PlannedParts> {
  const { FileFailureError, inOnePart } = await engine.files();
  // What is no file of lines cannot be cut, and is not sent.
  if (provider === null || report.errorsByScope.file > 0) return inOnePart;
  const { models, requests } = report;
  // Where lines name none, it is the one that is asked for.
  const model = models.length > 1 ? null : (models[0] ?? config.model);
  const estimates = estimate.lines ?? undefined;
  const request = { path, provider, config, split: 'auto', requests, model, estimates } as const;
  const cut = await (await engine.pool()).run('cut', request, { signal });
  if ('kind' in cut) throw new FileFailureError(cut);
  return cut;
}
