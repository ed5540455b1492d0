// OpenAI's input_tokens through the official SDK.
import OpenAI, { APIError } from 'openai';
import type { CountingAccount } from './account.ts';
import { openaiCountingBody } from './openaiInput.ts';
import {
  type CountableRequest,
  type Counted,
  countingRetries,
  countingTimeoutMs,
  type RemoteCounter,
} from './port.ts';
import { counting, type SaidError } from './problem.ts';

export class OpenAICounter implements RemoteCounter {
  readonly #account: CountingAccount;
  readonly #client: OpenAI;

  constructor(account: CountingAccount) {
    this.#account = account;
    this.#client = new OpenAI({
      apiKey: account.apiKey ?? 'none',
      baseURL: account.baseUrl,
      // What the environment says beside the key belongs to the account only when a profile says so.
      adminAPIKey: null,
      organization: null,
      project: null,
      maxRetries: countingRetries,
      timeout: countingTimeoutMs,
      // Its log would hold request content.
      logLevel: 'off',
    });
  }

  async count(request: CountableRequest, signal: AbortSignal): Promise<Counted> {
    const asked = openaiCountingBody(request);
    if (asked.kind === 'skipped') return asked;
    return counting(this.#account, signal, saidBy, async () => {
      const answer = await this.#client.responses.inputTokens.count(
        asked.body as OpenAI.Responses.InputTokenCountParams,
        { signal },
      );
      return answer?.input_tokens;
    });
  }
}

function saidBy(error: unknown): SaidError | null {
  if (!(error instanceof APIError) || typeof error.status !== 'number') return null;
  return { status: error.status, code: error.code ?? error.type ?? null };
}
