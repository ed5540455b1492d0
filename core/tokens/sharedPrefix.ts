// Which opening of a request could the provider take from its cache, when other requests begin with the same words?
import type { Tally } from './tally.ts';

/** OpenAI caches prompts from 1,024 tokens in steps of 128 (prompt caching guide, 2026-09). */
export const shortestCachedPrefix = 1024;
export const cachedPrefixStep = 128;

export interface SharedPrefix {
  /** The same for the same opening texts of the same roles. */
  readonly key: string;
  readonly tokens: number;
}

export interface PrefixRecorder {
  beforeMessage(role: string): void;
  afterMessage(content: unknown): void;
  result(): SharedPrefix | null;
}

/** Follows a walk over the messages: the system and developer texts that come before all others. */
export function cachedPrefix(tally: Tally): PrefixRecorder {
  const start = tally.tokens;
  const texts: string[] = [];
  let open = true;
  let end = start;
  let role = '';
  return {
    beforeMessage(nextRole) {
      role = nextRole;
      if (role !== 'system' && role !== 'developer') open = false;
    },
    afterMessage(content) {
      if (!open) return;
      if (typeof content !== 'string') {
        open = false;
        return;
      }
      texts.push(role, content);
      end = tally.tokens;
    },
    result() {
      const tokens = Math.floor((end - start) / cachedPrefixStep) * cachedPrefixStep;
      return tokens < shortestCachedPrefix ? null : { key: keyOf(texts), tokens };
    },
  };
}

/** 64 bits in two FNV-1a sums and the length: texts of one file that differ do not meet by chance. */
function keyOf(texts: readonly string[]): string {
  let first = 0x811c9dc5;
  let second = 0x2f0b4a27;
  let length = 0;
  for (const text of texts) {
    length += text.length + 1;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      first = Math.imul(first ^ code, 0x01000193);
      second = Math.imul(second + code, 0x85ebca6b) ^ (second >>> 13);
    }
    first = Math.imul(first ^ 0x1ffff, 0x01000193);
  }
  return `${(first >>> 0).toString(36)}.${(second >>> 0).toString(36)}.${length.toString(36)}`;
}
