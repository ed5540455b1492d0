// `.llm-batch.json`, found upwards from a file: what a project decides for everyone who opens it.
// It can change what is said and counted; never where data or keys go, nor what may be spent.
import { dirname, join, resolve } from 'node:path';
import { type Configuration, type ConfigurationPart, readConfiguration, sameAsProblems } from '#core';
import { FileFailureError } from './fileFailure.ts';
import { fileMark } from './fileMark.ts';
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
    const config = configAt(path);
    if (config !== null) return config;
    if (folder === dirname(folder)) return nothing;
  }
}

const mostBytes = 1_000_000;

/** What stands in the file alone: the prices that it names lie elsewhere, and may change without it. */
type Content = { readonly part: ConfigurationPart; readonly problem: null } | { readonly problem: string };

/** It is asked for with each check of an open document, and read again when it changed. */
const kept = new Map<string, { readonly mark: string; readonly content: Content }>();
const mostKept = 8;

/** @returns null when there is none. */
function configAt(path: string): ProjectConfig | null {
  const mark = fileMark(path);
  if (mark === '') return null;
  const known = kept.get(path);
  const content = known?.mark === mark ? known.content : readContent(path);
  if (content === null) return null;
  if (content !== known?.content) {
    if (kept.size >= mostKept) kept.clear();
    kept.set(path, { mark, content });
  }
  return content.problem === null
    ? withItsPrices(path, content.part)
    : { path, values: {}, problem: content.problem };
}

function withItsPrices(path: string, { values, priceFile, problems }: ConfigurationPart): ProjectConfig {
  const prices = priceFile === null ? null : readProjectPriceFile(priceFile, dirname(path));
  const all = [...problems, ...(prices?.problems ?? [])];
  return {
    path,
    values: prices === null || prices.table === null ? values : { ...values, priceFile: prices.table },
    problem: all.length === 0 ? null : `${path}: ${all.join(' ')}`,
  };
}

/** Of a cloned repository it can be anything: a link to a device, a pipe, a gigabyte. @returns null when there is none. */
function readContent(path: string): Content | null {
  let file: InputFile | null = null;
  try {
    file = InputFile.open(path);
    if (file.sizeBytes > mostBytes) {
      return { problem: `${path} is larger than a megabyte and has no effect; make it smaller.` };
    }
    const bytes = Buffer.alloc(file.sizeBytes);
    file.read(bytes, 0, bytes.length);
    return parse(path, bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof FileFailureError)) throw error;
    const { kind, message } = error.failure;
    return kind === 'notFound' ? null : { problem: message };
  } finally {
    file?.dispose();
  }
}

function parse(path: string, text: string): Content {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: `${path} is not JSON and has no effect; correct it.` };
  }
  const part = readConfiguration(json, 'project');
  const problems = [...part.problems, ...sameAsProblems(part.values.prices)];
  return { part: { ...part, problems }, problem: null };
}
