// What does a provider say in its headers of how much may still be asked? Sources: OpenAI's and Anthropic's guides on rate
// limits (2026); Groq, Azure and most gateways repeat OpenAI's names. Gemini sends none.

/** Of requests, or of tokens. */
export interface Room {
  readonly remaining: number;
  /** Null: not said. */
  readonly limit: number | null;
  /** Until all of the limit is free again; null: not said. */
  readonly resetMs: number | null;
}

export interface ServerRoom {
  readonly requests: Room | null;
  readonly tokens: Room | null;
}

type HeaderOf = (name: string) => string | null;

/** @param nowMs by the provider's own clock where it says so (`date`). @returns null when nothing is said. */
export function readServerRoom(header: HeaderOf, nowMs: number): ServerRoom | null {
  const requests = openaiRoom(header, 'requests') ?? anthropicRoom(header, 'requests', nowMs);
  const tokens = openaiRoom(header, 'tokens') ?? anthropicRoom(header, 'tokens', nowMs);
  return requests === null && tokens === null ? null : { requests, tokens };
}

function openaiRoom(header: HeaderOf, of: 'requests' | 'tokens'): Room | null {
  const remaining = numberOf(header(`x-ratelimit-remaining-${of}`));
  if (remaining === null) return null;
  const limit = numberOf(header(`x-ratelimit-limit-${of}`));
  return { remaining, limit, resetMs: readDuration(header(`x-ratelimit-reset-${of}`)) };
}

function anthropicRoom(header: HeaderOf, of: 'requests' | 'tokens', nowMs: number): Room | null {
  const remaining = numberOf(header(`anthropic-ratelimit-${of}-remaining`));
  if (remaining === null) return null;
  const limit = numberOf(header(`anthropic-ratelimit-${of}-limit`));
  const resetAt = Date.parse(header(`anthropic-ratelimit-${of}-reset`) ?? '');
  return { remaining, limit, resetMs: Number.isFinite(resetAt) ? Math.max(0, resetAt - nowMs) : null };
}

function numberOf(text: string | null): number | null {
  return text !== null && /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `1s`, `6m0s`, `20ms`, `1h2m3.5s`; a bare number is seconds. Null for anything else. */
export function readDuration(text: string | null): number | null {
  const said = text?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(said)) return Number(said) * 1000;
  if (!/^(\d{1,9}(\.\d+)?(ms|s|m|h|d))+$/.test(said)) return null;
  let sum = 0;
  for (const [, figure, unit] of said.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    sum += Number(figure) * (unitMs[unit ?? ''] ?? 0);
  }
  return sum;
}
