// `.llm-batch.json`, found upwards from a file: what a project decides for everyone who opens it.
// It can change severities; never where data or keys go, nor what may be spent.
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readSeverityOverrides, type SeverityOverrides } from '#core';

export const projectConfigName = '.llm-batch.json';

export interface ProjectConfig {
  /** Where it was found, null when there is none. */
  readonly path: string | null;
  readonly severity: SeverityOverrides;
  /** One sentence when the file is there but cannot be used. */
  readonly problem: string | null;
}

const nothing: ProjectConfig = { path: null, severity: {}, problem: null };

export async function findProjectConfig(filePath: string): Promise<ProjectConfig> {
  for (let folder = dirname(resolve(filePath)); ; folder = dirname(folder)) {
    const path = join(folder, projectConfigName);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return parse(path, text);
    if (folder === dirname(folder)) return nothing;
  }
}

function parse(path: string, text: string): ProjectConfig {
  try {
    const value = JSON.parse(text) as { readonly severity?: unknown } | null;
    return { path, severity: readSeverityOverrides(value?.severity), problem: null };
  } catch {
    return { path, severity: {}, problem: `${path} is not JSON and has no effect; correct it.` };
  }
}
