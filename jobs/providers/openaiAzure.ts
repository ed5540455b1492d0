// What is different at Azure OpenAI: the header of the key, the version in the query, the endpoint of a batch, files that wait.
import OpenAI from 'openai';
import type { Account } from '../accounts/accounts.ts';
import { isDated } from '../accounts/providerPlaces.ts';
import { StrangeAnswerError } from './calls.ts';

export interface AzureForm {
  readonly headers: Readonly<Record<string, string | null>>;
  readonly query: Readonly<Record<string, string>> | undefined;
  /** What a batch is made for, whatever the urls of its lines say: the service reads those of the lines. */
  readonly endpoint: '/v1/chat/completions' | '/chat/completions';
}

/** The last that was made generally available (Azure's API lifecycle page, 2026-03). */
const usualVersion = '2024-10-21';

/**
 * The newer form of its API, below `/openai/v1`, needs no version; the older one, below `/openai`, a dated one. Create takes
 * only chat completions, and lines for `/v1/responses` run all the same (live test, 2026-08; any-llm #1348, 2026-09).
 */
export function azureForm({ apiKey, apiVersion, baseUrl }: Account): AzureForm {
  const isOlder = isDated(apiVersion) || !/\/v1\/?$/.test(baseUrl);
  const version = apiVersion ?? (isOlder ? usualVersion : null);
  return {
    // The SDK's own header is for OpenAI's keys.
    headers: { authorization: null, ...(apiKey === null ? {} : { 'api-key': apiKey }) },
    query: version === null ? undefined : { 'api-version': version },
    endpoint: isOlder ? '/chat/completions' : '/v1/chat/completions',
  };
}

const betweenLooksMs = 5000;

/**
 * A batch of a file that is not processed yet is refused there (openai-dotnet #312, 2024-12): before the paid call it is
 * waited for, by an answer that says when to come back.
 * @throws an error of the SDK with a status of 429, or StrangeAnswerError.
 */
export async function azureFileReady(client: OpenAI, fileId: string, signal: AbortSignal): Promise<void> {
  const file = await client.files.retrieve(fileId, { signal });
  if (typeof file?.id !== 'string') throw new StrangeAnswerError();
  const status: string | undefined = file.status?.toLowerCase();
  if (status === undefined || status === 'processed') return;
  if (status === 'error') {
    const message = file.status_details || 'The uploaded file could not be processed';
    throw OpenAI.APIError.generate(400, { message, code: 'file_not_processed' }, undefined, new Headers());
  }
  const message = 'The uploaded file is still being processed';
  const headers = new Headers({ 'retry-after': String(betweenLooksMs / 1000) });
  throw OpenAI.APIError.generate(429, { message, code: 'file_pending' }, undefined, headers);
}
