// `.llm-batch.json`, found upwards from a file: what a project decides for everyone who opens it.
// It can change what is said and counted; never where data or keys go, nor what may be spent.
import { dirname, join, resolve } from 'node:path';
import { type Configuration, readConfiguration, sameAsProblems } from '#core';
import { FileFailureError } from './fileFailure.ts';
import { InputFile } from './inputFile.ts';
import { readProjectPriceFile } from './priceFile.ts';

export const projectConfigName = '.llm-batch.json';

export interface ProjectConfig {
  /** Where it was found, null when there is none. */
  readonly path: string | null;
  readonly values: Partial<Configuration>;
  /** One sentence when the file is there but cannot be used. */
  readonly problem: string | null;
}

const nothing: ProjectConfig = { path: null, values: {}, problem: null };

export async function findProjectConfig(filePath: string): Promise<ProjectConfig> {
  for (let folder = dirname(resolve(filePath)); ; folder = dirname(folder)) {
    const path = join(folder, projectConfigName);
    const config = readConfig(path);
    if (config !== null) return config;
    if (folder === dirname(folder)) return nothing;
  }
}

const mostBytes = 1_000_000;

/** Of a cloned repository it can be anything: a link to a device, a pipe, a gigabyte. @returns null when there is none. */
function readConfig(path: string): ProjectConfig | null {
  let file: InputFile | null = null;
  try {
    file = InputFile.open(path);
    if (file.sizeBytes > mostBytes) {
      const problem = `${path} is larger than a megabyte and has no effect; make it smaller.`;
      return { path, values: {}, problem };
    }
    const bytes = Buffer.alloc(file.sizeBytes);
    file.read(bytes, 0, bytes.length);
    return parse(path, bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof FileFailureError)) throw error;
    const { kind, message } = error.failure;
    return kind === 'notFound' ? null : { path, values: {}, problem: message };
  } finally {
    file?.dispose();
  }
}

function parse(path: string, text: string): ProjectConfig {
  try {
    const { values, priceFile, problems } = readConfiguration(JSON.parse(text), 'project');
    const prices = priceFile === null ? null : readProjectPriceFile(priceFile, dirname(path));
    const all = [...problems, ...sameAsProblems(values.prices), ...(prices?.problems ?? [])];
    return {
      path,
      values: prices === null || prices.table === null ? values : { ...values, priceFile: prices.table },
      problem: all.length === 0 ? null : `${path}: ${all.join(' ')}`,
    };
  } catch {
    return { path, values: {}, problem: `${path} is not JSON and has no effect; correct it.` };
  }
}
