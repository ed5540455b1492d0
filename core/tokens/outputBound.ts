// How many output tokens can a request use at most? Its own bound, over all its answers; null where it sets none.

import { embedContent, generateContent } from '../dialects/gemini.ts';
import { countMember, isObject, type JsonObject, member } from '../json/members.ts';
import { imageBound } from './imageRequests.ts';
import { countPrompts } from './plainInput.ts';

/**
 * Reasoning tokens are within the bound.
 * @param url the endpoint's, as its dialect has it.
 */
export function outputBound(url: string | null, body: unknown): number | null {
  if (!isObject(body)) return null;
  switch (url) {
    case '/v1/responses':
      return countMember(body, 'max_output_tokens');
    case '/v1/messages':
      return countMember(body, 'max_tokens');
    case '/v1/completions':
      return completionBound(body);
    case '/v1/images/generations':
    case '/v1/images/edits':
      return imageBound(body);
    // Vectors and verdicts are no tokens.
    case '/v1/embeddings':
    case '/v1/moderations':
    case embedContent:
      return 0;
    case generateContent:
      return generateBound(member(body, 'generationConfig'));
    default:
      return chatBound(body);
  }
}

/** Thoughts are within the bound, too (thinking page, ai.google.dev, 2026). */
function generateBound(config: unknown): number | null {
  const bound = countMember(config, 'maxOutputTokens');
  const answers = isObject(config) ? answersOf(config, 'candidateCount') : 1;
  return bound === null || answers === null ? null : bound * answers;
}

/** A request for `n` answers can use the bound `n` times. */
function chatBound(body: JsonObject): number | null {
  const bound = countMember(body, 'max_completion_tokens') ?? countMember(body, 'max_tokens');
  const answers = answersOf(body, 'n');
  return bound === null || answers === null ? null : bound * answers;
}

/** OpenAI's API reference; no other endpoint has a default. */
const defaultMaxTokens = 16;

/** Each prompt is continued `n` times, or `best_of` times to choose from; all of it is billed. */
function completionBound(body: JsonObject): number | null {
  const max = member(body, 'max_tokens') ?? defaultMaxTokens;
  const answers = answersOf(body, 'n');
  const candidates = answersOf(body, 'best_of');
  if (typeof max !== 'number' || !Number.isSafeInteger(max) || max < 0) return null;
  if (answers === null || candidates === null) return null;
  return max * Math.max(answers, candidates) * countPrompts(body);
}

/** How many answers a field asks for: one where it is left out. */
function answersOf(body: JsonObject, field: 'n' | 'best_of' | 'candidateCount'): number | null {
  return (member(body, field) ?? null) === null ? 1 : countMember(body, field);
}
