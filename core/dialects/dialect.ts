// What is known of one provider's batch files: how a line is laid out, which endpoints and limits there are.
import type { SchemaName } from '../check/bodySchemas.ts';
import { batchApiOf } from '../job/batchApi.ts';

/** As the command line and settings name them; `openai-compatible` is any server that takes OpenAI's lines. */
export const providers = [
  'openai',
  'anthropic',
  'gemini',
  'azure',
  'mistral',
  'groq',
  'xai',
  'openai-compatible',
] as const;

export type Provider = (typeof providers)[number];

/**
 * How a line holds its request: `custom_id, method, url, body`; `custom_id, body`; `custom_id, params`; `key, request`.
 * Providers of one form are told apart by a setting, or by a url that only one of them has.
 */
export type LineForm = 'openai' | 'body' | 'params' | 'keyed';

export interface EndpointFacts {
  /** What the url of a line says; where lines have none, the path or method that the batch is made for. */
  readonly url: string;
  /** Other urls that mean the same. */
  readonly aliases?: readonly string[];
  /** As people call it, for messages. */
  readonly name: string;
  /** Null: bodies are not checked. */
  readonly schema: SchemaName | null;
  /** The field that a body for this endpoint has in any case. */
  readonly mainField: string | null;
  /** Where lines name no url and several endpoints have that field: only requests for models so called. */
  readonly models?: RegExp;
  /** ISO date on which the provider shut it down. */
  readonly retired?: string;
}

/** What an id may be. Providers that publish no rule get warnings. */
export interface IdRule {
  readonly required: boolean;
  /** Beyond it the provider refuses the file (error), or is not known to take the id (warning). */
  readonly maxLength: { readonly characters: number; readonly severity: 'error' | 'warning' } | null;
  /** What every character must be. */
  readonly characters: {
    readonly pattern: RegExp;
    readonly words: string;
    readonly severity: 'error' | 'warning';
  } | null;
}

/** A limit of a whole file; `warn` is a lower figure that some source gives. Null: not published. */
export interface FileLimit {
  readonly max: number | null;
  readonly warn: number | null;
  /** What stands behind the lower figure, as the end of a sentence. */
  readonly doubt?: string;
}

export interface Dialect {
  readonly provider: Provider;
  /** As a sentence names it. */
  readonly title: string;
  readonly form: LineForm;
  /** Whether there is an endpoint that counts the tokens of a request. */
  readonly countsTokens: boolean;
  /** The member that joins an answer to its request. */
  readonly idField: 'custom_id' | 'key';
  /** The member that holds what the endpoint is asked. */
  readonly bodyField: 'body' | 'params' | 'request';
  /** All members that a line may have. */
  readonly fields: readonly string[];
  readonly id: IdRule;
  readonly endpoints: readonly EndpointFacts[];
  /** One batch takes one url, one model: known, said by somebody, or not so. */
  readonly oneUrl: 'error' | 'warning' | null;
  readonly oneModel: 'error' | 'warning' | null;
  /** How sure it is that the provider refuses a url that is not in the list, a field or value that its schema does not have. */
  readonly certainty: {
    readonly urls: 'error' | 'warning';
    readonly fields: 'error' | 'warning' | 'hint';
    readonly values: 'error' | 'warning';
  };
  /** A file whose name does not end in .jsonl: refused, doubtful, or nothing to speak of. */
  readonly otherNames: 'error' | 'warning' | null;
  readonly requests: FileLimit;
  readonly bytes: FileLimit;
  /** Texts or token arrays to embed, over all lines of a batch. */
  readonly maxEmbeddingInputs: number | null;
  /** And tokens over all texts of one request. */
  readonly maxEmbeddingTokens: number | null;
  /** Whose models of the catalogue answer there; null: anybody's. */
  readonly modelsOf: string | null;
  /** Models that the catalogue does not have are nothing to speak of: anybody's may answer there. */
  readonly anyModel: boolean;
}

/** Whose requests this version can send as well as check. */
export function isSendable({ provider }: Pick<Dialect, 'provider'>): boolean {
  return batchApiOf(provider) !== null;
}

/** The endpoint that a url names, or null. */
export function endpointOf(dialect: Dialect, url: string | null): EndpointFacts | null {
  if (url === null) return null;
  return dialect.endpoints.find((one) => one.url === url || one.aliases?.includes(url)) ?? null;
}
