// How much does a pretended account allow per minute? Handed out evenly, as providers do, and said in headers as OpenAI does
// (guide on rate limits, 2026): limit, remaining, and how long until all of it is there again.

export interface Taken {
  readonly headers: Readonly<Record<string, string>>;
  /** Null: it was taken. Else milliseconds after which it would be. */
  readonly waitMs: number | null;
  /** Which of the two was not enough. */
  readonly lacking: 'requests' | 'tokens' | null;
}

class Allowance {
  readonly perMinute: number;
  #level: number;
  #atMs: number | null = null;

  constructor(perMinute: number) {
    this.perMinute = perMinute;
    this.#level = perMinute;
  }

  levelAt(nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - (this.#atMs ?? nowMs));
    this.#level = Math.min(this.perMinute, this.#level + (elapsedMs * this.perMinute) / 60_000);
    this.#atMs = nowMs;
    return this.#level;
  }

  take(amount: number): void {
    this.#level -= amount;
  }

  waitMs(amount: number): number {
    return Math.ceil(((Math.min(amount, this.perMinute) - this.#level) * 60_000) / this.perMinute);
  }
}

/** 0 of either: no limit, and no headers of it. */
export class RateLimit {
  readonly #of: Readonly<Record<'requests' | 'tokens', Allowance | null>>;

  constructor({ rpm, tpm }: { readonly rpm: number; readonly tpm: number }) {
    this.#of = { requests: rpm > 0 ? new Allowance(rpm) : null, tokens: tpm > 0 ? new Allowance(tpm) : null };
  }

  take(tokens: number, nowMs: number): Taken {
    const wanted = { requests: 1, tokens } as const;
    const names = ['requests', 'tokens'] as const;
    const lacking =
      names.find((name) => {
        const allowance = this.#of[name];
        return allowance !== null && allowance.levelAt(nowMs) < Math.min(wanted[name], allowance.perMinute);
      }) ?? null;
    const waitMs = lacking === null ? null : (this.#of[lacking]?.waitMs(wanted[lacking]) ?? 0);
    if (lacking === null) for (const name of names) this.#of[name]?.take(wanted[name]);
    return { waitMs, lacking, headers: this.#headers(nowMs) };
  }

  #headers(nowMs: number): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, allowance] of Object.entries(this.#of)) {
      if (allowance === null) continue;
      const level = allowance.levelAt(nowMs);
      headers[`x-ratelimit-limit-${name}`] = String(allowance.perMinute);
      headers[`x-ratelimit-remaining-${name}`] = String(Math.max(0, Math.floor(level)));
      headers[`x-ratelimit-reset-${name}`] = `${Math.max(0, allowance.waitMs(allowance.perMinute))}ms`;
    }
    return headers;
  }
}
