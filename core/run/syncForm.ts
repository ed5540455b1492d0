// How does one line of a batch file become one call, and its answer one line of a results file, in the provider's own form?
import { type Dialect, endpointOf } from '../dialects/dialect.ts';
import { bareModel, embedContent } from '../dialects/gemini.ts';
import { partsOf } from '../dialects/parts.ts';
import { isObject, member } from '../json/members.ts';
import { locate, memberText } from '../json/skim.ts';
import { count, words } from '../results/fields.ts';

export interface SyncCall {
  /** The row's id as the line has it; null where it has none that is a text. */
  readonly id: string | null;
  /** As urls of lines have it, with its version: `/v1/chat/completions`, `/v1beta/models/m:generateContent`. */
  readonly path: string;
  /** The text that stands in the line, unchanged. */
  readonly body: string;
  /** Null where neither line nor command names one. */
  readonly model: string | null;
  /** As the dialect has it. */
  readonly endpoint: string;
}

export type SyncLine =
  | { readonly kind: 'call'; readonly call: SyncCall }
  | { readonly kind: 'blank' }
  /** Cannot be sent; why, in one sentence. */
  | { readonly kind: 'unfit'; readonly id: string | null; readonly message: string };

const noJson = 'This line is not a JSON object, so it cannot be sent.';

/**
 * @param text one line, without terminator and byte order mark. Never throws.
 * @param model of requests that name none, and of Gemini's, whose model is in the address.
 */
export function readSyncLine(text: string, dialect: Dialect, model: string | null): SyncLine {
  if (text.trim() === '') return { kind: 'blank' };
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return { kind: 'unfit', id: null, message: noJson };
  }
  if (!isObject(line)) return { kind: 'unfit', id: null, message: noJson };
  const { id, model: named } = partsOf(line, dialect);
  const raw = member(line, dialect.bodyField);
  const at = isObject(raw) ? locate(text, [dialect.bodyField]) : null;
  if (at === null) {
    return { kind: 'unfit', id, message: `This line has no "${dialect.bodyField}" that could be sent.` };
  }
  // Both are answered at once with something else than the answer, and billed.
  const other = ['stream', 'background'].find((name) => member(raw, name) === true);
  if (other !== undefined) {
    return {
      kind: 'unfit',
      id,
      message: `It says "${other}": true, so its answer could not be read; remove it.`,
    };
  }
  const asked = dialect.form === 'keyed' ? (model ?? named) : (named ?? model);
  const endpoint = endpointUrl(line, dialect);
  const path = endpoint === null ? null : pathOf(endpoint, dialect, asked);
  if (endpoint === null) return { kind: 'unfit', id, message: 'This line names no endpoint.' };
  if (path === null) return { kind: 'unfit', id, message: 'No model is named for this request.' };
  const written = text.slice(at.value.start, at.value.end);
  const body = dialect.form === 'body' && named === null ? withModel(written, asked) : written;
  return { kind: 'call', call: { id, path, body, model: asked, endpoint } };
}

/** The url of the line itself where lines have one: also one that no batch takes may be run at once. */
function endpointUrl(line: unknown, dialect: Dialect): string | null {
  const found = partsOf(line, dialect).endpoint?.url ?? null;
  if (found !== null || dialect.form !== 'openai') return found;
  const url = member(line, 'url');
  return typeof url === 'string' && /^\/[\w./-]*$/.test(url) && !url.includes('..') ? url : null;
}

function pathOf(endpoint: string, dialect: Dialect, model: string | null): string | null {
  switch (dialect.form) {
    case 'params':
      return endpoint;
    case 'keyed': {
      // The name goes into the address, so it is taken apart and put together again.
      const name = bareModel(model ?? '');
      if (name === '') return null;
      const method = endpoint === embedContent ? 'embedContent' : 'generateContent';
      return `/v1beta/models/${encodeURIComponent(name)}:${method}`;
    }
    default:
      return endpointOf(dialect, endpoint)?.url ?? endpoint;
  }
}

/** Where lines leave the model to the batch, the call has to name it. */
function withModel(body: string, model: string | null): string {
  if (model === null) return body;
  const rest = body.slice(1).trimStart();
  return `{"model":${JSON.stringify(model)}${rest.startsWith('}') ? '' : ','}${rest}`;
}

/** What came of a call, as far as it goes into a line. */
export interface SyncOutcome {
  /** Null: no answer came. */
  readonly status: number | null;
  /** The body of the answer; empty where there was none. */
  readonly body: string;
  readonly requestId: string | null;
  /** Why there is no answer. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

/**
 * A line as the provider's batch would have written it, so that whatever reads those reads this one.
 * @param mark goes first, as `id`: whoever looks for it needs not read the line.
 */
export function resultLineOf(
  mark: string,
  id: string | null,
  outcome: SyncOutcome,
  dialect: Dialect,
): string {
  const head = `{"id":${JSON.stringify(mark)},"${dialect.idField}":${JSON.stringify(id)}`;
  const json = jsonOf(outcome.body);
  switch (dialect.form) {
    case 'params':
      return `${head},"result":${anthropicResult(outcome, json)}}`;
    case 'keyed':
      return isGood(outcome, json)
        ? `${head},"response":${json}}`
        : `${head},"error":${(json === null ? null : memberText(json, 'error')) ?? JSON.stringify(said(outcome))}}`;
    default:
      return `${head},"response":${openaiResponse(outcome, json)},"error":${openaiError(outcome)}}`;
  }
}

/** Gateways also say an error with a status that is none. */
function isGood({ status, problem }: SyncOutcome, json: string | null): json is string {
  if (problem !== null || status === null || status < 200 || status > 299 || json === null) return false;
  return (memberText(json, 'error') ?? 'null') === 'null';
}

function anthropicResult(outcome: SyncOutcome, json: string | null): string {
  if (isGood(outcome, json)) return `{"type":"succeeded","message":${json}}`;
  const { code, message } = said(outcome);
  const isError = json !== null && memberText(json, 'error') !== null;
  const error = isError ? json : JSON.stringify({ type: 'error', error: { type: String(code), message } });
  return `{"type":"errored","error":${error}}`;
}

function openaiResponse({ status, requestId }: SyncOutcome, json: string | null): string {
  if (status === null) return 'null';
  return `{"status_code":${status},"request_id":${JSON.stringify(requestId)},"body":${json ?? 'null'}}`;
}

function openaiError(outcome: SyncOutcome): string {
  const { status, problem, body } = outcome;
  // With a status the response says it all, unless its body is no JSON.
  if (problem === null && status !== null && jsonOf(body) !== null) return 'null';
  const { code, message } = said(outcome);
  return JSON.stringify({ code: String(code), message });
}

function said({ status, problem }: SyncOutcome): {
  readonly code: string | number;
  readonly message: string;
} {
  if (problem !== null) return problem;
  if (status !== null && status >= 200 && status < 300) {
    const message = `The provider answered ${status}, with nothing that can be read. It may have been paid for.`;
    return { code: 'unreadable_answer', message };
  }
  return {
    code: status ?? 'no_answer',
    message: `The provider answered ${status}, with nothing that can be read.`,
  };
}

/** The text on one line when it is a JSON object; strings hold no line ends, so only space between them changes. */
function jsonOf(body: string): string | null {
  try {
    if (!isObject(JSON.parse(body))) return null;
  } catch {
    return null;
  }
  return body.replaceAll(/[\r\n]+/g, ' ').trim();
}

/** Whether it can be an answer: a page of a proxy is none, whatever its status says. */
export function isAnswerBody(body: string): boolean {
  return jsonOf(body) !== null;
}

/** The provider's own code in the body of a refusal, and its words; null where it gives none. */
export function errorIn(body: string): { readonly code: string | null; readonly message: string | null } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { code: null, message: null };
  }
  const inner = Array.isArray(parsed) ? member(parsed[0], 'error') : member(parsed, 'error');
  const code = words(member(inner, 'code')) ?? words(member(inner, 'status')) ?? words(member(inner, 'type'));
  return { code, message: words(member(inner, 'message')) ?? words(inner) };
}

/** `"34s"` of Gemini's RetryInfo (google.rpc), in the details of a 429. Milliseconds, or null. */
export function retryDelayIn(body: string): number | null {
  const seconds = /"retryDelay"\s*:\s*"(\d{1,6}(?:\.\d+)?)s"/.exec(body)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** Tokens that an answer says it used, of whatever provider; null where it says nothing. */
export function tokensUsedIn(body: string): number | null {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return null;
  }
  const usage = member(answer, 'usage') ?? member(answer, 'usageMetadata');
  const total = count(member(usage, 'total_tokens')) ?? count(member(usage, 'totalTokenCount'));
  if (total !== null) return total;
  // Anthropic's sum is not said; what comes from its cache does not count towards its limits (rate limits page, 2026).
  const parts = ['input_tokens', 'cache_creation_input_tokens', 'output_tokens'].map((name) =>
    count(member(usage, name)),
  );
  return parts.every((part) => part === null)
    ? null
    : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}
