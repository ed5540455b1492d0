// Is the model one that answers in a batch, today, with these parameters?
import type { Fix } from '../fix/fix.ts';
import { openaiEndpoints } from '../limits.ts';
import { findModel, type Model, pricesAsOf } from '../models.ts';
import { clip } from './clip.ts';
import { at, type Finding } from './finding.ts';
import { meantModel } from './meantModel.ts';

export interface ModelUse {
  readonly id: string;
  readonly url: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** ISO date. */
  readonly today: string;
}

export function checkModel(use: ModelUse): Finding[] {
  const where = at(['body', 'model']);
  if (use.id === '') return [{ code: 'body.range', where, message: 'model must not be empty.' }];
  const model = findModel(use.id, 'openai');
  if (model === null) {
    const message = `${JSON.stringify(clip(use.id))} is not in the model list of ${pricesAsOf}; its price and limits are unknown.`;
    return [{ code: 'model.unknown', where, message, fixes: misspelt(use.id) }];
  }
  return [
    ...checkRetirement(use, model),
    ...checkBatch(use, model),
    ...checkEndpoint(use, model),
    ...checkParameters(use, model),
  ];
}

function checkRetirement({ id, url, today }: ModelUse, model: Model): Finding[] {
  if (model.shutdownDate === null) return [];
  const where = at(['body', 'model']);
  const instead = model.replacement === null ? '' : ` Its replacement is ${placeOf(model.replacement, url)}.`;
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
      where: at(['body', 'model']),
      message: `${id} is not known to answer in a batch.`,
    },
  ];
}

/** Endpoints whose models answer nowhere else, and where no others answer. */
const ofOneKind: ReadonlySet<string> = new Set(['/v1/embeddings', '/v1/completions', '/v1/moderations']);

function checkEndpoint({ id, url }: ModelUse, { endpoints }: Model): Finding[] {
  const asked = openaiEndpoints.find((known) => known.url === url);
  if (asked === undefined || asked.retired !== undefined || endpoints.includes(asked.url)) return [];
  const isCertain = [asked.url, ...endpoints].some((known) => ofOneKind.has(known));
  const verdict = isCertain ? 'does not answer' : 'is not known to answer';
  const message = `${id} ${verdict} at ${asked.url}; it does at ${endpoints.join(' and ')}.`;
  const severity = isCertain ? 'error' : 'warning';
  return [{ code: 'model.endpoint', severity, where: at(['body', 'model']), message }];
}

function checkParameters({ id, url, body }: ModelUse, model: Model): Finding[] {
  if (url !== '/v1/chat/completions' || body.max_tokens === undefined || body.max_tokens === null) return [];
  if (model.params?.maxTokensInChat !== 'rejected') return [];
  const message = `${id} refuses max_tokens; write max_completion_tokens.`;
  return [
    { code: 'model.parameter', where: at(['body', 'max_tokens'], 'key'), message, fixes: limitFixes(body) },
  ];
}

/** The same limit under the name that the model takes. */
function limitFixes(body: ModelUse['body']): readonly Fix[] {
  const name = 'max_completion_tokens';
  if (Object.hasOwn(body, name)) return [];
  const change = { kind: 'renameKey', path: ['body', 'max_tokens'], name } as const;
  return [{ title: `Rename to "${name}"`, change, safe: true }];
}

/** A name that is not in the list may be new: only a person can say. */
function misspelt(id: string): readonly Fix[] {
  const meant = meantModel(id);
  if (meant === null) return [];
  const json = JSON.stringify(meant);
  return [
    { title: `Write ${json}`, change: { kind: 'replaceValue', path: ['body', 'model'], json }, safe: false },
  ];
}
