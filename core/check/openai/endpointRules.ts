// What a schema cannot say of a body: lists of one kind, fields that depend on each other, limits in tokens.

import type { Dialect } from '../../dialects/dialect.ts';
import { removing } from '../../fix/fix.ts';
import { isObject, type JsonObject } from '../../json/members.ts';
import { openaiLimits } from '../../limits.ts';
import type { BodyUse } from '../bodyRule.ts';
import { kindOf } from '../envelope.ts';
import { at, type Finding } from '../finding.ts';
import { checkChat, checkStop } from './chat.ts';
import { checkEmbeddings, embeddingsUrl } from './embeddings.ts';
import { checkImages } from './images.ts';
import { checkResponses } from './responses.ts';

/** Rules of endpoints that need more than their schema. */
export function checkEndpointRules(use: BodyUse): readonly Finding[] {
  const { endpoint, body, dialect } = use;
  switch (endpoint?.url) {
    case '/v1/chat/completions':
      return isOpenai(dialect) ? checkChat(use) : none;
    case '/v1/responses':
      return isOpenai(dialect) ? checkResponses(use) : none;
    case '/v1/images/generations':
    case '/v1/images/edits':
      return isOpenai(dialect) ? checkImages(use) : none;
    case embeddingsUrl:
      return [
        ...checkOneKind('input', tokenKinds, body),
        ...checkNoDimensions(body),
        ...checkEmbeddings(body),
      ];
    case '/v1/completions':
      return [...checkOneKind('prompt', tokenKinds, body), ...checkCompletions(body)];
    case '/v1/moderations':
      return [...checkOneKind('input', partKinds, body), ...checkModerations(body)];
    default:
      return none;
  }
}

const none: readonly Finding[] = [];

/** Others take more than OpenAI's own models do, or less: of which fields need which nothing is known there. */
function isOpenai({ modelsOf }: Dialect): boolean {
  return modelsOf === 'openai';
}

/** Texts, token ids or token arrays. */
const tokenKinds: readonly string[] = ['a string', 'a number', 'an array'];
/** Texts, or parts of text and image. */
const partKinds: readonly string[] = ['a string', 'an object'];

/** A list may hold any of these kinds, but only one of them; other kinds are the schema's to refuse. */
function checkOneKind(field: 'input' | 'prompt', kinds: readonly string[], body: JsonObject): Finding[] {
  const list = body[field];
  if (!Array.isArray(list)) return [];
  const first = kindOf(list[0]);
  const isAnother = (item: unknown): boolean => kindOf(item) !== first && kinds.includes(kindOf(item));
  const other = kinds.includes(first) ? list.findIndex(isAnother) : -1;
  if (other === -1) return [];
  const message = `${field} must be a list of one kind; ${field}[0] is ${first}, ${field}[${other}] ${kindOf(list[other])}.`;
  return [{ code: 'body.type', where: at([field, String(other)]), message }];
}

/** The reference has no null for it (2026-10); whether OpenAI takes one is not certain. */
function checkNoDimensions({ dimensions }: JsonObject): Finding[] {
  if (dimensions !== null) return [];
  const message = 'dimensions may not be null by the reference; leave it out.';
  const fixes = [removing(['dimensions'], true)];
  return [{ code: 'body.type', severity: 'warning', where: at(['dimensions']), message, fixes }];
}

function checkCompletions(body: JsonObject): Finding[] {
  const { n, best_of: bestOf, suffix, model } = body;
  const findings: Finding[] = [];
  checkStop(body, findings);
  if (typeof n === 'number' && typeof bestOf === 'number' && bestOf < n) {
    const message = `best_of must be at least n, which is ${n}: the answers are chosen from what best_of makes.`;
    findings.push({ code: 'body.conflict', where: at(['best_of']), message });
  }
  if (typeof suffix === 'string' && (model === 'davinci-002' || model === 'babbage-002')) {
    const message = `${model} takes no suffix; only gpt-3.5-turbo-instruct did.`;
    findings.push({ code: 'model.parameter', where: at(['suffix'], 'key'), message });
  }
  return findings;
}

function checkModerations({ input }: JsonObject): Finding[] {
  if (!Array.isArray(input)) return [];
  const { maxImagesPerModeration } = openaiLimits;
  const images = [...input.keys()].filter(
    (index) => isObject(input[index]) && input[index].type === 'image_url',
  );
  const second = images[maxImagesPerModeration];
  if (second === undefined) return [];
  const message = `input has ${images.length} images; moderations take one in a request. Give each image its own request.`;
  return [{ code: 'body.range', where: at(['input', String(second)]), message }];
}
