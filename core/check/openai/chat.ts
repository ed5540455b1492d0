// Which fields of a chat completion need or exclude each other? Answers of OpenAI are quoted where they are known.

import type { Fix } from '../../fix/fix.ts';
import { adding, removing } from '../../fix/fix.ts';
import { isObject, isPresent, type JsonObject } from '../../json/members.ts';
import { openaiLimits } from '../../limits.ts';
import type { BodyUse } from '../bodyRule.ts';
import { joinWith } from '../bodyWords.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';

export function checkChat({ body, modelName }: BodyUse): readonly Finding[] {
  const findings: Finding[] = [];
  checkLogprobs(body, findings);
  checkLimits(body, findings);
  checkStop(body, findings);
  checkMetadata(body, findings);
  checkAudio(body, findings);
  checkTools(body, findings);
  checkParallel(body, findings);
  checkPrediction(body, findings);
  checkWebSearch(body, modelName, findings);
  return findings;
}

/** "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled." */
function checkLogprobs({ top_logprobs: top, logprobs }: JsonObject, findings: Finding[]): void {
  if (typeof top !== 'number' || top === 0 || logprobs === true) return;
  const message = 'top_logprobs needs "logprobs": true; add it, or remove top_logprobs.';
  const isSet = logprobs !== undefined;
  const enable: Fix = isSet
    ? {
        title: 'Write "logprobs": true',
        change: { kind: 'replaceValue', path: ['logprobs'], json: 'true' },
        safe: false,
      }
    : adding([], 'logprobs', 'true');
  const fixes = [enable, removing(['top_logprobs'])];
  findings.push({ code: 'body.conflict', where: at(['top_logprobs'], 'key'), message, fixes });
}

/** "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported." */
function checkLimits(body: JsonObject, findings: Finding[]): void {
  if (!isPresent(body.max_tokens) || !isPresent(body.max_completion_tokens)) return;
  const message = 'max_tokens stands beside max_completion_tokens, which OpenAI refuses; remove max_tokens.';
  const isSame = body.max_tokens === body.max_completion_tokens;
  const fixes = [removing(['max_tokens'], isSame)];
  findings.push({ code: 'body.conflict', where: at(['max_tokens'], 'key'), message, fixes });
}

/** "sending `"stop": []` causes 400 … in some cases - we observed it when there is any image" (others, 2024-07). */
export function checkStop({ stop }: JsonObject, findings: Finding[]): void {
  if (!isEmpty(stop)) return;
  const message = 'stop is an empty list, which OpenAI has refused in some requests; leave it out.';
  const fixes = [removing(['stop'], true)];
  findings.push({ code: 'body.range', severity: 'warning', where: at(['stop']), message, fixes });
}

/** "The 'metadata' parameter is only allowed when 'store' is enabled." (still so in 2026-03) */
function checkMetadata({ metadata, store }: JsonObject, findings: Finding[]): void {
  if (!isObject(metadata) || Object.keys(metadata).length === 0 || store === true) return;
  const message =
    'metadata without "store": true has been refused, though no page says so; add that, or remove metadata.';
  const fixes = [...(store === undefined ? [adding([], 'store', 'true')] : []), removing(['metadata'])];
  const where = at(['metadata'], 'key');
  findings.push({ code: 'body.conflict', severity: 'warning', where, message, fixes });
}

function checkAudio({ modalities, audio }: JsonObject, findings: Finding[]): void {
  const speaks = Array.isArray(modalities) && modalities.includes('audio');
  if (speaks && !isPresent(audio)) {
    const message = 'modalities has "audio", which needs "audio": {"voice": …, "format": …}; add it.';
    findings.push({ code: 'body.conflict', where: at(['modalities']), message });
  } else if (!speaks && isObject(audio)) {
    const message = 'audio does nothing without "audio" in modalities; add that, or remove audio.';
    const where = at(['audio'], 'key');
    findings.push({
      code: 'body.conflict',
      severity: 'warning',
      where,
      message,
      fixes: [removing(['audio'])],
    });
  }
}

/**
 * "Invalid 'tools': empty array. Expected an array with minimum length 1" (2024-12; by 2026-07 some found it taken), and
 * "array too long. Expected an array with maximum length 128" (2025-08; the reference of 2026-10 has no such limit).
 */
function checkTools({ tools, functions }: JsonObject, findings: Finding[]): void {
  if (!Array.isArray(tools)) return;
  if (tools.length === 0) {
    const message = 'tools is empty, which OpenAI has refused; leave it out.';
    const fixes = [removing(['tools'], true)];
    findings.push({ code: 'body.range', severity: 'warning', where: at(['tools']), message, fixes });
  }
  const { maxChatTools } = openaiLimits;
  if (tools.length > maxChatTools) {
    const message = `tools has ${tools.length} items, and OpenAI has refused more than ${maxChatTools}; leave out some.`;
    findings.push({ code: 'body.range', severity: 'warning', where: at(['tools']), message });
  }
  if (isPresent(functions)) {
    const message =
      'functions is the older form of tools and stands beside it; move the functions into tools.';
    findings.push({ code: 'body.conflict', severity: 'warning', where: at(['functions'], 'key'), message });
  }
}

/** "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified." */
function checkParallel({ parallel_tool_calls: parallel, tools }: JsonObject, findings: Finding[]): void {
  if (!isPresent(parallel) || (isPresent(tools) && !isEmpty(tools))) return;
  const message = 'parallel_tool_calls is refused without tools; remove it.';
  const fixes = [removing(['parallel_tool_calls'], true)];
  findings.push({ code: 'body.conflict', where: at(['parallel_tool_calls'], 'key'), message, fixes });
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;

/** What the guide to predicted outputs says they do not go with (2026-06). */
function checkPrediction(body: JsonObject, findings: Finding[]): void {
  if (!isObject(body.prediction)) return;
  const others = [
    isPresent(body.max_completion_tokens) ? 'max_completion_tokens' : null,
    isMore(body.n, 1) ? 'n above 1' : null,
    body.logprobs === true ? 'logprobs' : null,
    isMore(body.presence_penalty, 0) ? 'presence_penalty' : null,
    isMore(body.frequency_penalty, 0) ? 'frequency_penalty' : null,
    isPresent(body.audio) ? 'audio' : null,
    Array.isArray(body.tools) && body.tools.length > 0 ? 'tools' : null,
  ].filter((name) => name !== null);
  if (others.length === 0) return;
  const message = `prediction does not go with ${joinWith('and', others)}; remove it, or what stands beside it.`;
  const fixes = [removing(['prediction'])];
  findings.push({
    code: 'body.conflict',
    severity: 'warning',
    where: at(['prediction'], 'key'),
    message,
    fixes,
  });
}

const isMore = (value: unknown, than: number): boolean => typeof value === 'number' && value > than;

function checkWebSearch(body: JsonObject, modelName: string | null, findings: Finding[]): void {
  if (!isObject(body.web_search_options) || modelName === null || /search/i.test(modelName)) return;
  const message = `${clip(modelName)} is no search model, and only those take web_search_options; remove it, or use web_search in /v1/responses.`;
  const where = at(['web_search_options'], 'key');
  findings.push({ code: 'model.parameter', where, message, fixes: [removing(['web_search_options'])] });
}
