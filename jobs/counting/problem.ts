// What a count that failed means, in words that hold nothing of the request and nothing of the key.
import { providerVariables } from '#core';
import { type CountingAccount, countingName } from './account.ts';
import type { Counted } from './port.ts';

/** What an SDK's error says besides its words. */
export interface SaidError {
  readonly status: number;
  /** The provider's own code. */
  readonly code: string | null;
  /** The key, whatever the status says. */
  readonly isOfKey?: boolean;
}

class StrangeCountError extends Error {}

/**
 * Runs one count. @param saidBy reads the SDK's own kind of error; null for anything else.
 * @throws the signal's reason, and bugs.
 */
export async function counting(
  account: CountingAccount,
  signal: AbortSignal,
  saidBy: (error: unknown) => SaidError | null,
  count: () => Promise<unknown>,
): Promise<Counted> {
  try {
    const tokens = await count();
    if (typeof tokens !== 'number' || !Number.isSafeInteger(tokens) || tokens < 0)
      throw new StrangeCountError();
    return { kind: 'counted', tokens };
  } catch (error) {
    signal.throwIfAborted();
    const said = saidBy(error);
    if (said !== null) return ofStatus(said, account);
    if (error instanceof StrangeCountError || error instanceof SyntaxError) {
      return stopped(
        `${capital(countingName(account))} gave an answer that is no count; check the base URL.`,
      );
    }
    const code = systemCodeOf(error);
    if (code === null && !isNetworkError(error)) throw error;
    const reason = code === null ? '' : ` (${code})`;
    return stopped(
      `${capital(countingName(account))} cannot be reached${reason}; check the connection and the base URL.`,
    );
  }
}

function ofStatus({ status, code, isOfKey }: SaidError, account: CountingAccount): Counted {
  const name = capital(countingName(account));
  // Theirs, but of letters alone: anything else could be made of what was sent.
  const word = code !== null && /^[\w.-]{1,60}$/.test(code) ? ` ${code}` : '';
  const answer = `${status}${word}`;
  if (isOfKey || status === 401 || status === 403) {
    const { key } = providerVariables[account.provider];
    return stopped(`${name} refuses the key (${answer}); look at ${key} and the base URL.`);
  }
  if (status === 429) return stopped(`${name} is asked too often (${answer}); try again later.`);
  if (status >= 500) return stopped(`${name} is in trouble (${answer}); try again later.`);
  const meaning =
    status === 404
      ? 'it does not know the model, or cannot count at this address'
      : status === 413
        ? 'it is too large to be counted'
        : 'it would refuse the request as well';
  return { kind: 'refused', reason: `${answer}: ${meaning}` };
}

function stopped(message: string): Counted {
  return { kind: 'stopped', message };
}

/** The system's code on the error or on what caused it. */
function systemCodeOf(error: unknown, depth = 0): string | null {
  if (!(error instanceof Error) || depth > 5) return null;
  if (error instanceof AggregateError) return systemCodeOf(error.errors[0], depth + 1);
  if ('code' in error && typeof error.code === 'string' && /^[A-Z_0-9]+$/.test(error.code)) return error.code;
  return systemCodeOf(error.cause, depth + 1);
}

/** fetch's own, a timeout, or an SDK's word for either. */
function isNetworkError(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error instanceof TypeError || /timed out|timeout|connection error/i.test(error.message))
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
