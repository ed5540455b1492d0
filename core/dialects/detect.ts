// Whose batch file is this? Decided from the first lines, so that every other .jsonl file is left alone.
import { isObject } from '../json/members.ts';
import { findModel } from '../models/models.ts';
import type { Dialect, Provider } from './dialect.ts';
import { dialectOf } from './table.ts';

export type FileKind =
  | { readonly kind: 'requests'; readonly dialect: Dialect }
  /** What a provider answered; its rows get light checks. */
  | { readonly kind: 'results'; readonly dialect: Dialect; readonly name: string }
  /** A file we know by its shape but do not check. */
  | { readonly kind: 'recognised'; readonly name: string };

/** How many non-blank lines are looked at; beyond them a file has shown what it is. */
export const sampleLines = 20;

/** Longer samples are not parsed; how such a line begins tells enough. */
const maxSampleCharacters = 1 << 20;
const fragmentCharacters = 4096;

const requests = (provider: Provider): FileKind => ({ kind: 'requests', dialect: dialectOf(provider) });
const results = (provider: Provider, name: string): FileKind => ({
  kind: 'results',
  dialect: dialectOf(provider),
  name,
});
const recognised = (name: string): FileKind => ({ kind: 'recognised', name });

/**
 * Reads the first lines of a file.
 * @param preferred which of the providers with lines of the same form is meant; `auto`: whose lines they are anyway.
 * @returns null when nothing in them looks like a batch file.
 */
export function detectFile(lines: Iterable<string>, preferred: Provider | 'auto'): FileKind | null {
  const found = detectShape(lines);
  if (found === bareGemini && preferred === 'gemini') return requests('gemini');
  if (found?.kind === 'requests' && preferred !== 'auto' && isTaken(found, preferred))
    return requests(preferred);
  if (found?.kind !== 'requests' || preferred === 'auto') return found;
  const dialect = dialectOf(preferred);
  return dialect.form === found.dialect.form ? { kind: 'requests', dialect } : found;
}

/** Lines without a url are Mistral's where somebody says so, and where they name no model, of whomever the settings say. */
function isTaken(found: FileKind & { readonly kind: 'requests' }, preferred: Provider): boolean {
  if (preferred === 'mistral') return found === bareOpenai;
  return found === jobsModel && dialectOf(preferred).form === 'openai';
}

function detectShape(lines: Iterable<string>): FileKind | null {
  const votes = new Map<string, { readonly kind: FileKind; count: number }>();
  const unparsed: string[] = [];
  let seen = 0;
  let characters = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    seen++;
    characters += line.length;
    if (seen > sampleLines) break;
    if (characters > maxSampleCharacters) {
      unparsed.push(line.slice(0, fragmentCharacters));
      break;
    }
    const value = parseObject(line);
    if (value === null) {
      unparsed.push(line.slice(0, fragmentCharacters));
      continue;
    }
    const kind = kindOfObject(value);
    if (kind === null) continue;
    const name = kind.kind === 'requests' ? kind.dialect.provider : kind.name;
    const vote = votes.get(name);
    if (vote) vote.count++;
    else votes.set(name, { kind, count: 1 });
  }
  const best = [...votes].sort(([, a], [, b]) => b.count - a.count)[0];
  // One model that only Groq has says more than several that any server may have.
  const groq = best?.[0] === 'openai-compatible' ? votes.get('groq') : undefined;
  return groq?.kind ?? best?.[1].kind ?? kindOfFragments(unparsed.join('\n'));
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line.charCodeAt(0) === 0xfeff ? line.slice(1) : line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function kindOfObject(value: Readonly<Record<string, unknown>>): FileKind | null {
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (has('line') && has('status') && has('attempt') && has('request')) return recognised('merged results');
  const isBedrock = has('recordId') || has('modelInput');
  if (has('modelOutput') || (isBedrock && isObject(value.error) && Object.hasOwn(value.error, 'errorCode'))) {
    return recognised('Bedrock batch results');
  }
  if (isBedrock) return recognised('Bedrock records');
  return kindOfResult(value) ?? kindOfRequest(value);
}

function kindOfResult(value: Readonly<Record<string, unknown>>): FileKind | null {
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (has('request') && has('response') && has('status')) return recognised('Vertex AI batch results');
  const isNumbered = typeof value.id === 'string' && /^(?:batch_req_|vllm-)/.test(value.id) && !has('body');
  if (isNumbered || (has('response') && has('custom_id'))) {
    return results('openai', 'OpenAI batch results');
  }
  if (has('result') && has('custom_id')) return results('anthropic', 'Anthropic batch results');
  return has('key') && !has('request') && (has('response') || has('error'))
    ? results('gemini', 'Gemini batch results')
    : null;
}

function kindOfRequest(value: Readonly<Record<string, unknown>>): FileKind | null {
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (has('params') && has('custom_id') && !has('body')) return requests('anthropic');
  if (has('request') && !has('body')) return kindOfGoogle(value);
  if (has('custom_id') && (has('body') || has('url') || has('method'))) return kindOfOpenaiForm(value);
  if (has('url') && has('body') && isRequestWithoutId(value)) return kindOfOpenaiForm(value);
  if (has('messages') && Array.isArray(value.messages)) return recognised('fine-tuning examples');
  return isBareGemini(value) ? (has('key') ? requests('gemini') : bareGemini) : null;
}

/** Examples for tuning have the same form. */
const bareGemini = recognised('Gemini requests without key and request, or examples for tuning');

function isBareGemini({ contents }: Readonly<Record<string, unknown>>): boolean {
  const first: unknown = Array.isArray(contents) ? contents[0] : contents;
  return isObject(first) && Object.hasOwn(first, 'parts');
}

function kindOfGoogle(value: Readonly<Record<string, unknown>>): FileKind | null {
  const { request } = value;
  if (isObject(request) && Object.hasOwn(request, 'anthropic_version')) {
    return recognised('requests for Claude on Vertex AI');
  }
  if (Object.hasOwn(value, 'key') || Object.hasOwn(value, 'custom_id')) return requests('gemini');
  return isObject(request) && Object.hasOwn(request, 'contents')
    ? recognised('requests for Gemini on Vertex AI')
    : null;
}

/** Neither url nor method: OpenAI's with something forgotten, or anybody's whose jobs name the url. */
const bareOpenai = requests('openai');
/** Nor a model, which Mistral's jobs name, too. */
const jobsModel = requests('mistral');

/** OpenAI's, or those of a provider with lines like it that a url or model shows. */
function kindOfOpenaiForm(value: Readonly<Record<string, unknown>>): FileKind {
  const { url, body, method } = value;
  // Together transcribes files so; its lines have no url.
  if (method === 'FILE') return recognised('requests for Together');
  const model = isObject(body) && typeof body.model === 'string' ? body.model : '';
  const isBare = !Object.hasOwn(value, 'url') && !Object.hasOwn(value, 'method');
  if (isBare) {
    if (
      makerOf(model) === 'mistral' ||
      /^(?:open-)?mi[sx]tral|^(?:ministral|magistral|codestral|pixtral)/.test(model)
    ) {
      return requests('mistral');
    }
    // Their models are named by maker and model, and their jobs name the url.
    return /^[\w.-]+\/[\w.-]+$/.test(model) || model.startsWith('accounts/')
      ? recognised('requests for Together, Fireworks or Novita')
      : namesNoModel(body)
        ? jobsModel
        : bareOpenai;
  }
  if (url === '/chat/completions') return requests('azure');
  if (typeof url === 'string' && /\/(?:score|rerank)$/.test(url)) return requests('openai-compatible');
  if (typeof url === 'string' && /^\/v1\/videos\/(?:generations|edits|extensions)$/.test(url))
    return requests('xai');
  const maker = model.startsWith('groq/') ? 'groq' : makerOf(model);
  if (maker === 'xai' || maker === 'groq') return requests(maker);
  // As vLLM and gateways call models; OpenAI has none of such a name.
  return requests(isPathOfModel(model) ? 'openai-compatible' : 'openai');
}

/** Maker and model, such as meta-llama/Llama-3.1-8B-Instruct. */
function isPathOfModel(model: string): boolean {
  return /^[\w.-]+(?:\/[\w.:-]+)+$/.test(model) && !model.startsWith('models/');
}

function namesNoModel(body: unknown): boolean {
  return isObject(body) && !Object.hasOwn(body, 'model') && Object.keys(body).length > 0;
}

/** The provider that alone has a model of this name. */
function makerOf(model: string): string | null {
  return model === '' ? null : (findModel(model)?.provider ?? null);
}

/** Issues, comments and HTTP logs have a url and a body too; only a batch's has an API's path or names a model. */
function isRequestWithoutId({ url, body }: Readonly<Record<string, unknown>>): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  return (typeof url === 'string' && url.startsWith('/v1/')) || Object.hasOwn(body, 'model');
}

/** For lines that do not parse: arrays, pretty-printed objects, a broken first line. */
function kindOfFragments(text: string): FileKind | null {
  const names = (key: string): boolean => text.includes(`"${key}"`);
  if (names('key') && names('request')) return requests('gemini');
  if (!names('custom_id')) return null;
  if (names('body') || names('url') || names('method')) return requests('openai');
  return names('params') ? requests('anthropic') : null;
}
