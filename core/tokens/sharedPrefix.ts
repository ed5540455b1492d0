// Which opening of a request could the provider take from its cache, when other requests begin with the same words?
import { textMember } from '../json/members.ts';
import type { Tally } from './tally.ts';
import { TextMemo } from './textMemo.ts';

/** No provider keeps shorter ones (Anthropic, Opus 5); each has its own bound: see core/promptCache.ts. */
const shortestCachedPrefix = 512;

export interface SharedPrefix {
  /** The same for the same opening texts of the same roles. */
  readonly key: string;
  /** As counted, before any rounding of the provider. */
  readonly tokens: number;
}

export interface PrefixRecorder {
  beforeMessage(role: string): void;
  afterMessage(content: unknown): void;
  result(): SharedPrefix | null;
}

/**
 * Follows a walk over the messages: the system and developer texts that come before all others.
 * @param head what stands before them in the prompt, such as tools: it must be the same, too.
 */
export function cachedPrefix(tally: Tally, head: readonly unknown[] = []): PrefixRecorder {
  if (tally.isBound) return noPrefix;
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
      const added = textsOf(content);
      if (added === null) {
        open = false;
        return;
      }
      texts.push(role, ...added);
      end = tally.tokens;
    },
    result() {
      const tokens = Math.round(end - start);
      if (tokens < shortestCachedPrefix) return null;
      const before = head.filter((part) => part !== undefined && part !== null);
      return { key: keyOf(before.length === 0 ? texts : [...texts, JSON.stringify(before)]), tokens };
    },
  };
}

/** Of bounds no prefix is told. */
const noPrefix: PrefixRecorder = { beforeMessage() {}, afterMessage() {}, result: () => null };

/** A text, or a list of nothing but text parts. */
function textsOf(content: unknown): readonly string[] | null {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return null;
  const texts = content.map((part) => textMember(part, 'text'));
  return texts.every((text) => text !== null) ? texts : null;
}

/** 64 bits in two sums like FNV-1a, and the length: texts of one file that differ do not meet by chance. */
function keyOf(texts: readonly string[]): string {
  let first = startOfFirst;
  let second = startOfSecond;
  let length = 0;
  for (const text of texts) {
    const digest = digestOf(text);
    length += text.length + 1;
    first = Math.imul(first ^ digest.first, primeOfFirst) ^ 0x1ffff;
    second = Math.imul(second + digest.second, primeOfSecond) ^ (second >>> 13);
  }
  return `${(first >>> 0).toString(36)}.${(second >>> 0).toString(36)}.${length.toString(36)}`;
}

interface Digest {
  readonly first: number;
  readonly second: number;
}

const startOfFirst = 0x811c9dc5;
const startOfSecond = 0x2f0b4a27;
const primeOfFirst = 0x01000193;
const primeOfSecond = 0x85ebca6b;
/** The same prompt stands in line after line. */
const digests = new TextMemo<Digest>();

function digestOf(text: string): Digest {
  const known = digests.find(text);
  if (known !== undefined) return known;
  let first = startOfFirst;
  let second = startOfSecond;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    first = Math.imul(first ^ code, primeOfFirst);
    second = Math.imul(second + code, primeOfSecond) ^ (second >>> 13);
  }
  const digest = { first, second };
  digests.add(text, digest);
  return digest;
}
