// Is a file more than its provider takes: in requests, in bytes, in texts to embed?
import type { Dialect, FileLimit } from '../dialects/dialect.ts';
import { formatCount } from '../figures.ts';
import { at, type Finding, wholeLine } from './finding.ts';

/** A limit that a sum over the lines passes; the finding belongs on the line with which it does. */
interface Passed {
  readonly limit: number;
  readonly finding: Finding;
}

export const noRequests: Finding = {
  code: 'file.empty',
  where: wholeLine,
  message: 'The file has no requests.',
};

/** Null where nothing is passed. */
export function requestsPassed(amount: number, { requests, title }: Dialect): Passed | null {
  const passed = limitPassed(amount, requests);
  if (passed === null) return null;
  const { limit, isError } = passed;
  const advice = isError ? 'in one file. Split it before this line.' : `in one file, ${requests.doubt}.`;
  const message = `${formatCount(amount)} requests; ${title} takes ${formatCount(requests.max ?? limit)} ${advice}`;
  const finding: Finding = { code: 'file.too-many-requests', where: wholeLine, message };
  return { limit, finding: asSure(finding, isError) };
}

export function embeddingInputsPassed(
  amount: number,
  { maxEmbeddingInputs: limit, title, bodyField }: Dialect,
): Passed | null {
  if (limit === null || amount <= limit) return null;
  const message = `${formatCount(amount)} embedding inputs; ${title} takes ${formatCount(limit)} in one batch, over all its lines. Split the file before this line.`;
  return { limit, finding: { code: 'tokens.embedding-inputs', where: at([bodyField, 'input']), message } };
}

export function sizePassed(sizeBytes: number, { bytes, title }: Dialect): Finding | null {
  const passed = limitPassed(sizeBytes, bytes);
  if (passed === null) return null;
  const advice = passed.isError ? 'in one file. Split it.' : `${bytes.doubt}.`;
  const limit = formatCount(Math.round((bytes.warn ?? passed.limit) / 1e6));
  const message = `The file has ${(sizeBytes / 1e6).toFixed(1)} MB; ${title} takes ${limit} MB ${advice}`;
  return asSure({ code: 'file.too-large', where: wholeLine, message }, passed.isError);
}

function asSure(finding: Finding, isError: boolean): Finding {
  return isError ? finding : { ...finding, severity: 'warning' };
}

/** A lower figure that only some source gives is no error. */
function limitPassed(
  amount: number,
  { max, warn }: FileLimit,
): { readonly limit: number; readonly isError: boolean } | null {
  if (max !== null && amount > max) return { limit: max, isError: true };
  return warn !== null && amount > warn ? { limit: warn, isError: false } : null;
}
