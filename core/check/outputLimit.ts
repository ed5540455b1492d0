// How much output does a request allow itself, and can its model write that much?

import type { EndpointFacts } from '../dialects/dialect.ts';
import { formatCount } from '../figures.ts';
import type { JsonObject } from '../json/members.ts';
import type { JsonPath } from '../json/skim.ts';
import type { Model } from '../models/models.ts';
import type { BodyUse } from './bodyRule.ts';
import { clip } from './clip.ts';
import { at, type Finding } from './finding.ts';

export interface OutputLimit {
  readonly path: JsonPath;
  /** Of one answer, reasoning included. */
  readonly tokens: number;
}

/** Of each endpoint the fields that set it, the one that goes first before others. */
const fields: Readonly<Record<string, readonly JsonPath[]>> = {
  '/v1/chat/completions': [['max_completion_tokens'], ['max_tokens']],
  '/chat/completions': [['max_completion_tokens'], ['max_tokens']],
  '/v1/responses': [['max_output_tokens']],
  '/v1/completions': [['max_tokens']],
  '/v1/messages': [['max_tokens']],
  generateContent: [['generationConfig', 'maxOutputTokens']],
};

/** The limit that a request sets; null where it sets none that can be understood. */
export function outputLimitOf(endpoint: EndpointFacts | null, body: JsonObject): OutputLimit | null {
  for (const path of fields[endpoint?.url ?? ''] ?? []) {
    const tokens = valueAt(body, path);
    if (typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens > 0) return { path, tokens };
  }
  return null;
}

function valueAt(body: JsonObject, path: JsonPath): unknown {
  let value: unknown = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}

export function checkOutputLimit({ endpoint, body, modelName, model }: BodyUse): readonly Finding[] {
  const limit = outputLimitOf(endpoint, body);
  if (limit === null || model === null || modelName === null) return [];
  const most = mostOutput(model, body);
  if (most === null || limit.tokens <= most) return [];
  const name = limit.path.join('.');
  const longer = model.batchMaxOutputTokens;
  const advice =
    longer === null || limit.tokens > longer || most === longer
      ? 'Lower it.'
      : `Lower it, or ask for the beta output-300k-2026-03-24 (${formatCount(longer)} in a batch).`;
  const message = `${name} is ${formatCount(limit.tokens)}; ${clip(modelName)} writes at most ${formatCount(most)}. ${advice}`;
  const change = { kind: 'replaceValue', path: limit.path, json: String(most) } as const;
  const fixes = [{ title: `Write ${formatCount(most)}`, change, safe: false }];
  return [{ code: 'tokens.output', where: at(limit.path), message, fixes }];
}

/** Anthropic's header for longer answers in a batch, where the request names it (batch processing page, 2026-08-22). */
const longOutputBeta = /^output-300k-/;

function mostOutput(model: Model, { betas }: JsonObject): number | null {
  const isLong = Array.isArray(betas) && betas.some((beta) => longOutputBeta.test(String(beta)));
  return isLong ? (model.batchMaxOutputTokens ?? model.maxOutputTokens) : model.maxOutputTokens;
}
