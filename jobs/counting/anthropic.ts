// Anthropic's count_tokens through the official SDK.
import Anthropic, { APIError } from '@anthropic-ai/sdk';
import type { AnthropicVersion } from '#core';
import type { CountingAccount } from './account.ts';
import {
  type CountableRequest,
  type Counted,
  countingRetries,
  countingTimeoutMs,
  type RemoteCounter,
} from './port.ts';
import { counting, type SaidError } from './problem.ts';

/** What the endpoint takes (@anthropic-ai/sdk 1.12.0, MessageCountTokensParams); it refuses other parameters. */
const counted = [
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'speed',
] as const;

/** They add to the input what the endpoint does not see. */
const uncounted = ['mcp_servers', 'container'] as const;

export class AnthropicCounter implements RemoteCounter {
  readonly #account: CountingAccount;
  readonly #client: Anthropic;

  constructor(account: CountingAccount, version: AnthropicVersion) {
    this.#account = account;
    this.#client = new Anthropic({
      // Given in any case, so that no other credential of the environment is taken.
      apiKey: account.apiKey ?? 'none',
      baseURL: account.baseUrl,
      defaultHeaders: { 'anthropic-version': version },
      maxRetries: countingRetries,
      timeout: countingTimeoutMs,
      logLevel: 'off',
    });
  }

  async count({ url, model, body }: CountableRequest, signal: AbortSignal): Promise<Counted> {
    if (url !== '/v1/messages') {
      return { kind: 'skipped', reason: `requests to ${url}, which Anthropic does not count` };
    }
    if (!Array.isArray(body.messages)) return { kind: 'skipped', reason: 'no list of messages' };
    const outside = uncounted.find((name) => body[name] !== undefined && body[name] !== null);
    if (outside !== undefined) return { kind: 'skipped', reason: `"${outside}"` };
    const known = counted.filter((name) => body[name] !== undefined);
    const asked = { model, ...Object.fromEntries(known.map((name) => [name, body[name]])) };
    return counting(this.#account, signal, saidBy, async () => {
      const answer = await this.#client.messages.countTokens(
        asked as unknown as Anthropic.MessageCountTokensParams,
        { signal },
      );
      return answer?.input_tokens;
    });
  }
}

function saidBy(error: unknown): SaidError | null {
  if (!(error instanceof APIError) || typeof error.status !== 'number') return null;
  const inner: unknown = (error.error as { readonly error?: { readonly type?: unknown } } | undefined)?.error
    ?.type;
  return { status: error.status, code: typeof inner === 'string' ? inner : null };
}
