// In how many parts does a submit send a file, and is another version of it on its way already?
import type { Configuration } from '#core';
import type { PlannedParts } from '#files';
import type { FullShownCheck } from './check.ts';
import { asNamed, type Input } from './input.ts';
import { printable } from './printable.ts';
import type { SubmitOptions } from './submit.ts';
import type { Terminal } from './terminal.ts';
import type { Workshop } from './workshop.ts';

/** What a cut into parts mends is no problem of the file. */
export async function withoutMended(
  config: Configuration,
  { split = 'auto' }: Pick<SubmitOptions, 'split'>,
): Promise<Configuration> {
  if (split === 'off') return config;
  const { mendedByCut } = await import('#files');
  return { ...config, severity: { ...config.severity, ...mendedByCut } };
}

export async function cutOf(
  input: Input,
  { provider, report, estimate }: FullShownCheck,
  config: Configuration,
  { split = 'auto' }: Pick<SubmitOptions, 'split'>,
  terminal: Terminal,
): Promise<PlannedParts | undefined> {
  // What is no file of lines cannot be cut, and is not sent.
  if (provider === null || report.errorsByScope.file > 0) return undefined;
  const { planParts } = await import('#files');
  const { models, requests } = report;
  // Where lines name none, it is the one that is asked for.
  const model = models.length > 1 ? null : (models[0] ?? config.model);
  return await asNamed(input, () =>
    planParts({
      ...{ path: input.path, provider, config, split, requests, model },
      ...{ estimates: estimate.lines ?? undefined, signal: terminal.signal },
    }),
  );
}

/** A job of the same file that is not over has other bytes: two batches may be more than somebody means to pay. */
export async function sayOtherVersions(
  { name, path }: Input,
  sha256: string,
  { store }: Workshop,
  terminal: Terminal,
): Promise<void> {
  if (name === '-') return;
  const { isTerminal } = await import('#core');
  const { jobs } = await store.list();
  for (const job of jobs) {
    if (job.file !== path || job.sha256 === sha256 || isTerminal(job)) continue;
    terminal.note(
      `${printable(name)} changed since job ${printable(job.id)} was made of it, which is still open.`,
    );
  }
}
