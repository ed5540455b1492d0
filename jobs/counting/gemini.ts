// Gemini's countTokens through the official SDK, with the whole request: its own parameters would take the contents alone.
import { ApiError, GoogleGenAI } from '@google/genai';
import { bareModel } from '#core';
import type { CountingAccount } from './account.ts';
import {
  type CountableRequest,
  type Counted,
  countingRetries,
  countingTimeoutMs,
  type RemoteCounter,
} from './port.ts';
import { counting, type SaidError } from './problem.ts';

export class GeminiCounter implements RemoteCounter {
  readonly #account: CountingAccount;
  readonly #client: GoogleGenAI;

  constructor(account: CountingAccount) {
    this.#account = account;
    this.#client = new GoogleGenAI({
      apiKey: account.apiKey ?? 'none',
      // Not Google's cloud, whatever the environment says.
      vertexai: false,
      httpOptions: {
        baseUrl: account.baseUrl,
        // The SDK asks /v1 unless told otherwise (3.1.0); batches are documented under this one.
        apiVersion: 'v1beta',
        timeout: countingTimeoutMs,
        retryOptions: { attempts: countingRetries + 1, initialDelay: 0.5 },
        // With its own it takes a way past the proxy that was set for all calls.
        fetch: (input, init) => fetch(input, init),
      },
    });
  }

  async count({ url, model, body }: CountableRequest, signal: AbortSignal): Promise<Counted> {
    if (url !== 'generateContent') {
      return { kind: 'skipped', reason: `requests to ${url}, which Gemini does not count` };
    }
    if (!Array.isArray(body.contents)) return { kind: 'skipped', reason: 'no list of contents' };
    const name = bareModel(model);
    // The method throws for systemInstruction, tools and generationConfig on this API, while the endpoint takes the
    // request as a whole (`generateContentRequest`), in place of `contents`.
    const generateContentRequest = { ...body, model: `models/${name}` };
    return counting(this.#account, signal, saidBy, async () => {
      const answer = await this.#client.models.countTokens({
        model: name,
        contents: undefined as unknown as string,
        config: { abortSignal: signal, httpOptions: { extraBody: { generateContentRequest } } },
      });
      return answer?.totalTokens;
    });
  }
}

/** The SDK puts the whole answer into the message, as JSON. */
function saidBy(error: unknown): SaidError | null {
  if (!(error instanceof ApiError)) return null;
  const isOfKey = /API_KEY_INVALID|API key not valid/i.test(error.message);
  const code = /"status"\s*:\s*"([A-Z_]{1,40})"/.exec(error.message)?.[1] ?? null;
  return { status: error.status, code, isOfKey };
}
