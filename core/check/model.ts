// Is the model one that answers in a batch, today, with these parameters?

import type { EndpointFacts } from '../dialects/dialect.ts';
import type { JsonObject } from '../dialects/parts.ts';
import type { Fix } from '../fix/fix.ts';
import { findModel, type Model, pricesAsOf } from '../models.ts';
import type { BodyUse } from './bodyRule.ts';
import { clip } from './clip.ts';
import { at, type Finding } from './finding.ts';
import { meantModel } from './meantModel.ts';

interface ModelUse {
  readonly id: string;
  readonly endpoint: EndpointFacts | null;
  readonly body: JsonObject;
  /** ISO date. */
  readonly today: string;
}

export function checkModel({ dialect, endpoint, body, modelName: id, model, today }: BodyUse): Finding[] {
  const where = at(['model']);
  if (body.model === '') return [{ code: 'body.range', where, message: 'model must not be empty.' }];
  if (id === null) return [];
  const use: ModelUse = { id, endpoint, body, today };
  if (model === null) {
    if (dialect.anyModel) return [];
    const message = `${JSON.stringify(clip(id))} is not in the model list of ${pricesAsOf}; its price and limits are unknown.`;
    return [{ code: 'model.unknown', where, message, fixes: misspelt(id) }];
  }
  return [
    ...checkRetirement(use, model),
    ...checkBatch(use, model),
    ...checkEndpoint(use, model),
    ...checkParameters(use, model),
  ];
}

function checkRetirement({ id, endpoint, today }: ModelUse, model: Model): Finding[] {
  if (model.shutdownDate === null) return [];
  const where = at(['model']);
  const instead =
    model.replacement === null
      ? ''
      : ` Its replacement is ${placeOf(model.replacement, endpoint?.url ?? null)}.`;
  return model.shutdownDate <= today
    ? [{ code: 'model.retired', where, message: `${id} was shut down on ${model.shutdownDate}.${instead}` }]
    : [{ code: 'model.retiring', where, message: `${id} shuts down on ${model.shutdownDate}.${instead}` }];
}

/** The model, with its endpoints where they are others than that of the request. */
function placeOf(replacement: string, url: string | null): string {
  const endpoints = findModel(replacement, 'openai')?.endpoints ?? [];
  const moves = endpoints.length > 0 && url !== null && !endpoints.includes(url);
  return moves ? `${replacement}, at ${endpoints.join(' or ')}` : replacement;
}

function checkBatch({ id }: ModelUse, model: Model): Finding[] {
  if (model.batchSupported !== false) return [];
  return [
    {
      code: 'model.no-batch',
      where: at(['model']),
      message: `${id} is not known to answer in a batch.`,
    },
  ];
}

/** Endpoints whose models answer nowhere else, and where no others answer. */
const ofOneKind: ReadonlySet<string> = new Set(['/v1/embeddings', '/v1/completions', '/v1/moderations']);

function checkEndpoint({ id, endpoint: asked }: ModelUse, { endpoints }: Model): Finding[] {
  if (asked === null || asked.retired !== undefined || endpoints.includes(asked.url)) return [];
  const isCertain = [asked.url, ...endpoints].some((known) => ofOneKind.has(known));
  const verdict = isCertain ? 'does not answer' : 'is not known to answer';
  const message = `${id} ${verdict} at ${asked.url}; it does at ${endpoints.join(' and ')}.`;
  const severity = isCertain ? 'error' : 'warning';
  return [{ code: 'model.endpoint', severity, where: at(['model']), message }];
}

function checkParameters({ id, endpoint, body }: ModelUse, model: Model): Finding[] {
  if (
    endpoint?.schema !== 'openai/chat-completions' ||
    body.max_tokens === undefined ||
    body.max_tokens === null
  )
    return [];
  if (model.params?.maxTokensInChat !== 'rejected') return [];
  const message = `${id} refuses max_tokens; write max_completion_tokens.`;
  return [{ code: 'model.parameter', where: at(['max_tokens'], 'key'), message, fixes: limitFixes(body) }];
}

/** The same limit under the name that the model takes. */
function limitFixes(body: JsonObject): readonly Fix[] {
  const name = 'max_completion_tokens';
  if (Object.hasOwn(body, name)) return [];
  const change = { kind: 'renameKey', path: ['max_tokens'], name } as const;
  return [{ title: `Rename to "${name}"`, change, safe: true }];
}

/** A name that is not in the list may be new: only a person can say. */
function misspelt(id: string): readonly Fix[] {
  const meant = meantModel(id);
  if (meant === null) return [];
  const json = JSON.stringify(meant);
  return [{ title: `Write ${json}`, change: { kind: 'replaceValue', path: ['model'], json }, safe: false }];
}
