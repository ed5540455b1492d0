// What is one line of a batch file, and what is wrong with it by itself?

import type { Configuration } from '../configuration.ts';
import type { Dialect, LineForm } from '../dialects/dialect.ts';
import { askedModel, formOf, isOtherForm, partsOf, type RequestParts } from '../dialects/parts.ts';
import { findExcess } from '../json/extent.ts';
import { findHidden } from '../json/hidden.ts';
import { isObject, type JsonObject } from '../json/members.ts';
import { findSyntaxError } from '../json/syntaxError.ts';
import { modelFor } from '../money/priceOverrides.ts';
import { type ProblemCode, problemCodes } from '../problem.ts';
import { boundTokens } from '../tokens/tokenBound.ts';
import { checkSpelling } from './asWritten.ts';
import { checkBody } from './body.ts';
import { type BodyUse, inBody } from './bodyRule.ts';
import { rulesFor } from './bodyRules.ts';
import { checkEnvelope, kindOf } from './envelope.ts';
import { type Finding, wholeLine } from './finding.ts';
import { adviseGemini } from './gemini/advice.ts';
import { findSecrets } from './inside/secrets.ts';
import { findLoneCr, loneCrFinding } from './loneCr.ts';
import { countInputs, embeddingsUrl } from './openai/embeddings.ts';

export interface LineFacts {
  /** `broken` is no JSON object; `unchecked` has not been looked at yet and counts as nothing. */
  readonly kind: 'unchecked' | 'blank' | 'broken' | 'request';
  /** UTF-8 bytes, without the line's terminator. */
  readonly sizeBytes: number;
  readonly id: string | null;
  /** An endpoint of the provider; null also for a url that is none. */
  readonly url: string | null;
  readonly model: string | null;
  /** Texts or token arrays to embed; 0 at other endpoints. */
  readonly embeddingInputs: number;
  /** How a broken line begins and ends, to tell an array or pretty-printed objects from a broken line. */
  readonly shape: 'opensArray' | 'opensObject' | 'unfinishedObject' | 'other';
  /** Which provider's way of writing a request the line shows; null: none that is certain. */
  readonly form: LineForm | null;
  /** Input tokens at most, where it was asked for; 0 also where no count will tell. */
  readonly tokenBound: number;
  /** Counting may find that a limit of the model is passed; only where it was asked for. */
  readonly mayExceed: boolean;
  readonly findings: readonly Finding[];
}

export interface CheckLineOptions {
  readonly dialect: Dialect;
  readonly config: Configuration;
  /** ISO date; models retire by it. */
  readonly today: string;
  /** Says of each line how many tokens it can have, so that only those are counted that must be. */
  readonly boundTokens?: true;
}

const none: readonly Finding[] = [];
/** Stands for a line between its edit and its check. */
export const unchecked: LineFacts = {
  kind: 'unchecked',
  sizeBytes: 0,
  id: null,
  url: null,
  model: null,
  embeddingInputs: 0,
  shape: 'other',
  form: null,
  tokenBound: 0,
  mayExceed: false,
  findings: none,
};

/** An object, with the facts of a line that has nothing in it yet; or all there is to say of a line that is none. */
export type ReadLine =
  | { readonly value: JsonObject; readonly request: LineFacts }
  | { readonly facts: LineFacts };

/** Never throws on any text. */
export function readLine(text: string, sizeBytes: number): ReadLine {
  if (isBlank(text)) return { facts: blank(sizeBytes) };
  const excess = findExcess(text);
  if (excess !== null) {
    const message = `This line was not read, for ${excess}; no endpoint takes that in one request, split it.`;
    const finding: Finding = { code: 'json.invalid', where: { kind: 'span', start: 0, end: 1 }, message };
    return { facts: { ...broken(sizeBytes, [finding]), shape: shapeOf(text, false) } };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { facts: unparseable(text, sizeBytes) };
  }
  if (!isObject(value)) {
    const message = `A request is one JSON object a line; this is ${kindOf(value)}.`;
    const facts = broken(sizeBytes, [{ code: 'json.not-object', where: wholeLine, message }]);
    return { facts: Array.isArray(value) ? { ...facts, shape: 'opensArray' } : facts };
  }
  return { value, request: { ...unchecked, kind: 'request', sizeBytes } };
}

/** Checks one line of a file of requests by itself. Never throws on any text. */
export function checkLine(text: string, sizeBytes: number, options: CheckLineOptions): LineFacts {
  return checkReadLine(readLine(text, sizeBytes), text, sizeBytes, options);
}

/** The same for a line that has been read, whose value others may want too. */
export function checkReadLine(
  line: ReadLine,
  text: string,
  sizeBytes: number,
  options: CheckLineOptions,
): LineFacts {
  if ('facts' in line) return line.facts;
  const { value, request } = line;
  const { dialect } = options;
  const parts = partsOf(value, dialect);
  const { id, endpoint, model, body } = parts;
  const findings = checkEnvelope(value, dialect);
  if (body !== null) findings.push(...checkRequestBody(body, parts, options));
  findings.push(...findHidden(text), ...findSecrets(text));
  const bound = options.boundTokens === true ? boundTokens(text, sizeBytes, parts, options) : null;
  const form = formOf(value);
  const isForeign = form !== null && isOtherForm(form, dialect);
  return {
    ...request,
    id,
    url: endpoint?.url ?? null,
    model,
    embeddingInputs: endpoint?.url === embeddingsUrl && body !== null ? countInputs(body) : 0,
    form,
    tokenBound: bound?.tokens ?? 0,
    mayExceed: bound?.mayExceed ?? false,
    // What would make another provider's request look like one of this provider's mends nothing.
    findings: findings.length === 0 ? none : isForeign ? findings.map(withoutFixes) : findings,
  };
}

function checkRequestBody(
  body: JsonObject,
  { endpoint, model: named, written }: RequestParts,
  { dialect, config, today }: CheckLineOptions,
): readonly Finding[] {
  const modelName = askedModel(named, dialect, config);
  const model = modelName === null ? null : modelFor(modelName, dialect.provider, config);
  const use: BodyUse = { dialect, endpoint, body, modelName, model, config, today };
  const ofSchema = checkBody(use);
  const findings =
    written === null ? [...ofSchema] : ofSchema.map((finding) => adviseGemini(finding, use, written));
  for (const rule of rulesFor(dialect.form)) findings.push(...rule(use));
  if (findings.length === 0 && written === null) return none;
  const placed = findings.map((finding) => inBody(asCertain(finding, dialect), dialect.bodyField, written));
  if (written === null) return placed;
  const ofSpelling = checkSpelling(written);
  return ofSpelling.length === 0
    ? placed
    : [...placed, ...ofSpelling.map((finding) => inBody(finding, dialect.bodyField, null))];
}

/** What rules of OpenAI's find, which other providers may not have. */
const ofValues: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'body.value',
  'body.range',
  'body.type',
  'body.conflict',
  'body.not-in-batch',
  'schema.strict',
  'schema.json-word',
  'tools.name',
  'tools.unmatched-call',
]);

/** Of a schema that is not the provider's own, what it refuses is less certain; the model and messages are missing all the same. */
function asCertain(finding: Finding, { certainty }: Dialect): Finding {
  const { code, severity = problemCodes[code].severity } = finding;
  if (severity !== 'error') return finding;
  const isField = code === 'body.unknown-field' || code === 'body.wrong-endpoint';
  const isMissing = code === 'body.missing-field' && finding.scope !== 'file';
  const sure = isField ? certainty.fields : isMissing || ofValues.has(code) ? certainty.values : 'error';
  return sure === 'error' ? finding : { ...finding, severity: sure };
}

function withoutFixes({ fixes: _, ...finding }: Finding): Finding {
  return finding;
}

/** Asked before parsing, for an exception costs as much as a hundred blank lines. */
function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  return text === '' || ((first <= 0x20 || first > 0x7f) && text.trim() === '');
}

function unparseable(text: string, sizeBytes: number): LineFacts {
  const loneCr = findLoneCr(text);
  if (loneCr !== -1) {
    return broken(sizeBytes, [loneCrFinding({ kind: 'span', start: loneCr, end: loneCr + 1 })]);
  }
  const error = findSyntaxError(text);
  const finding: Finding =
    error === null
      ? { code: 'json.invalid', where: wholeLine, message: 'This line is not JSON.' }
      : {
          code: 'json.invalid',
          where: { kind: 'span', start: error.start, end: error.end },
          message: `Not JSON: ${error.message}.`,
        };
  return { ...broken(sizeBytes, [finding]), shape: shapeOf(text, error?.unfinished ?? false) };
}

function shapeOf(text: string, unfinished: boolean): LineFacts['shape'] {
  const first = text.trimStart()[0];
  if (first === '[') return 'opensArray';
  if (first !== '{') return 'other';
  return unfinished ? 'unfinishedObject' : 'opensObject';
}

function broken(sizeBytes: number, findings: readonly Finding[]): LineFacts {
  return { ...unchecked, kind: 'broken', sizeBytes, findings };
}

/** One for all: a file may have a million of them. */
const emptyLine: LineFacts = { ...unchecked, kind: 'blank' };

function blank(sizeBytes: number): LineFacts {
  return sizeBytes === 0 ? emptyLine : { ...emptyLine, sizeBytes };
}
