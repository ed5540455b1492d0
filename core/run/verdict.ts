// What does the answer to one request mean for it, and for all that are still to be sent?

/**
 * `answered`: it has its result. `refused`: the same bytes would be refused again. `busy`: not taken, to be sent again later.
 * `again`: it failed and could succeed. `stop`: all others would fail as well, so nobody should go on.
 */
export type RunVerdict = 'answered' | 'refused' | 'busy' | 'again' | 'stop';

/** Codes of a 429 that no waiting cures (OpenAI, guide on errors, 2026). */
const outOfQuota: ReadonlySet<string> = new Set(['insufficient_quota', 'billing_hard_limit_reached']);

/** @param code the provider's own, where the body gives one. */
export function verdictOf(status: number, code: string | null): RunVerdict {
  if (status >= 200 && status < 300) return 'answered';
  // A redirect would take the key to another address; 402 is an account without money.
  if (status < 400 || status === 401 || status === 402) return 'stop';
  if (status === 429) return code !== null && outOfQuota.has(code) ? 'stop' : 'busy';
  // 503 and Anthropic's 529 are "overloaded".
  if (status === 503 || status === 529) return 'busy';
  if (status >= 500 || status === 408 || status === 409 || status === 425) return 'again';
  return 'refused';
}
