// A file of prices on disk: LiteLLM's, models.dev's, genai-prices' or our own. Whatever a cloned repository may name as one.
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import {
  type Configuration,
  type ConfigurationPart,
  findExcess,
  formatCount,
  formatNumberOf,
  formatTitles,
  type PriceChanges,
  type PriceImport,
  type PriceOrigin,
  type PriceTable,
  priceChanges,
  priceTableOf,
  readPriceList,
} from '#core';
import { FileFailureError } from './fileFailure.ts';
import { fileMark } from './fileMark.ts';
import { InputFile } from './inputFile.ts';

export interface PriceFile {
  readonly path: string;
  /** Null when it cannot be used. */
  readonly table: PriceTable | null;
  readonly read: PriceImport | null;
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** LiteLLM's, the largest, has 1.5 MB (2026-08). */
const mostBytes = 32_000_000;

interface Kept {
  readonly mark: string;
  readonly file: PriceFile;
}

/** A file is asked for with each check; it is read again when it changed. */
const kept = new Map<string, Kept>();
const mostKept = 8;

/** @param path absolute. @param shownAs as a person knows it. */
export function readPriceFile(path: string, origin: PriceOrigin, shownAs = path): PriceFile {
  const mark = `${origin} ${shownAs} ${fileMark(path)}`;
  const known = kept.get(path);
  if (known?.mark === mark) return known.file;
  const file = read(path, origin, shownAs);
  if (kept.size >= mostKept) kept.clear();
  kept.set(path, { mark, file });
  return file;
}

/**
 * The file that a `.llm-batch.json` names.
 * @param folder where that lies: the path is relative to it, for a project cannot know what lies elsewhere.
 */
export function readProjectPriceFile(path: string, folder: string): PriceFile {
  // Also `\\server\share` and `C:x`, which mean something on Windows only.
  if (isAbsolute(path) || /^[\\/]|^[a-z][a-z\d+.-]*:/i.test(path)) {
    const problem = `"priceFile" must be a path relative to the file it stands in, not ${JSON.stringify(path.slice(0, 80))}.`;
    return { path, table: null, read: null, problems: [problem] };
  }
  return readPriceFile(resolve(folder, path), 'project', path);
}

export interface PriceFilePreview {
  readonly file: PriceFile;
  /** Null when the file cannot be used. */
  readonly changes: PriceChanges | null;
}

/** What a file would change, before anybody uses it. @param today ISO date. */
export function previewPriceFile(path: string, today: string): PriceFilePreview {
  const file = readPriceFile(path, 'file');
  return { file, changes: file.table === null ? null : priceChanges(file.table, today) };
}

/** What settings say, with the prices of the file that they name. */
export function withPrices({ values, priceFile, problems }: ConfigurationPart): {
  readonly values: Partial<Configuration>;
  readonly problems: readonly string[];
} {
  if (priceFile === null) return { values, problems };
  const path = /^~[\\/]/.test(priceFile) ? join(homedir(), priceFile.slice(2)) : priceFile;
  if (!isAbsolute(path)) {
    const problem = '"priceFile" in settings must be a whole path, or one that begins with ~/.';
    return { values, problems: [...problems, problem] };
  }
  const { table, problems: found } = readPriceFile(path, 'file');
  return {
    values: table === null ? values : { ...values, priceFile: table },
    problems: [...problems, ...found],
  };
}

function read(path: string, origin: PriceOrigin, shownAs: string): PriceFile {
  const failed = (problem: string): PriceFile => ({ path, table: null, read: null, problems: [problem] });
  const text = readText(path, shownAs);
  if (text.problem !== null) return failed(text.problem);
  let json: unknown;
  try {
    json = JSON.parse(text.text);
  } catch {
    return failed(`${shownAs} is not JSON, so it prices nothing; correct it.`);
  }
  const list = readPriceList(json);
  if (list === null) return failed(unknownFormat(shownAs));
  if (list.overrides.size === 0) {
    const why =
      list.problems[0] ?? (list.left.size > 0 ? `left out: ${leftWords(list)}.` : 'take another file.');
    return failed(`${shownAs} holds no price that can be used; ${why}`);
  }
  const keyedFreely = list.format === 'own';
  const table = priceTableOf({ path: shownAs, origin, asOf: list.asOf, keyedFreely }, list.overrides);
  return { path, table, read: list, problems: list.problems.map((problem) => `${shownAs}: ${problem}`) };
}

/** What was taken of a file and what was left, for a person. */
export function priceFileWords({ read, table, problems }: PriceFile): readonly string[] {
  if (read === null || table === null) return problems;
  const models = read.overrides.size;
  const format = read.format === 'own' ? '' : ` (${formatTitles[read.format]})`;
  const rest = read.left.size === 0 ? '' : `; left out: ${leftWords(read)}`;
  return [`${table.path}${format} prices ${formatNumberOf(models, 'model')}${rest}.`, ...problems];
}

function leftWords({ left }: PriceImport): string {
  return [...left].map(([reason, count]) => `${formatCount(count)} with ${reason}`).join(', ');
}

function unknownFormat(shownAs: string): string {
  return (
    `${shownAs} is in no format of prices known here, so it prices nothing; take model_prices_and_context_window.json of ` +
    `LiteLLM, api.json of models.dev, data.json of genai-prices, or {"prices": {"openai/my-model": {"input": 3, "output": 12}}}.`
  );
}

type Text = { readonly text: string; readonly problem: null } | { readonly problem: string };

/** A link to a device, a pipe, a gigabyte: each is named, and none is waited for. */
function readText(path: string, shownAs: string): Text {
  let file: InputFile | null = null;
  try {
    file = InputFile.open(path);
    if (file.sizeBytes > mostBytes) {
      return { problem: `${shownAs} is larger than 32 MB, so it prices nothing; take a smaller file.` };
    }
    const bytes = Buffer.alloc(file.sizeBytes);
    file.read(bytes, 0, bytes.length);
    const text = bytes.toString('utf8').replace(/^\ufeff/, '');
    const excess = findExcess(text);
    return excess === null
      ? { text, problem: null }
      : { problem: `${shownAs} prices nothing, for ${excess}; take a smaller file.` };
  } catch (error) {
    if (!(error instanceof FileFailureError)) throw error;
    return { problem: error.failure.message };
  } finally {
    file?.dispose();
  }
}
