// Is a file on disk fit to be sent, and what will it cost? Asked of the workers, for exactly the bytes that would be sent.
import { readSeverityOverrides } from '#core';
import type { FileCheck, FileEstimate } from '#files';
import type { Engine } from './engine.ts';
import { readServerSettings } from './settings.ts';

export interface Preflight {
  readonly check: FileCheck;
  readonly estimate: FileEstimate;
}

const maxProblems = 1000;

/** @throws the file system's error, or AbortError. */
export async function preflight(engine: Engine, path: string, signal: AbortSignal): Promise<Preflight> {
  const { estimateFile, findProjectConfig } = await engine.files();
  const pool = await engine.pool();
  const today = new Date().toISOString().slice(0, 10);
  const project = await findProjectConfig(path);
  const severity = { ...readSeverityOverrides(readServerSettings().severity), ...project.severity };
  const check = await pool.run(
    'check',
    { path, options: { provider: 'auto', severity, maxProblems, today } },
    { signal, priority: 'interactive' },
  );
  const estimate = await estimateFile(path, { pool, today, provider: 'openai', signal });
  return { check, estimate };
}
