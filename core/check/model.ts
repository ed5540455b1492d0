// Is the model one that answers in a batch, today, at this endpoint?
import type { Dialect, EndpointFacts } from '../dialects/dialect.ts';
import { type Fix, writing } from '../fix/fix.ts';
import { findModel, type Model, pricesAsOf } from '../models/models.ts';
import type { BodyUse } from './bodyRule.ts';
import { clip } from './clip.ts';
import { at, type Finding, type Where, wholeLine } from './finding.ts';
import { meantModel, otherProviderOf } from './meantModel.ts';

interface ModelUse {
  /** As it is called in the file or the settings, clipped. */
  readonly id: string;
  readonly dialect: Dialect;
  readonly endpoint: EndpointFacts | null;
  /** ISO date. */
  readonly today: string;
  readonly where: Where;
}

/** The model that a request names; of one that names none, `checkDefaultModel` says it once for the file. */
export function checkModel({ dialect, endpoint, body, modelName, model, today, config }: BodyUse): Finding[] {
  const where = at(['model']);
  if (body.model === '') return [{ code: 'body.range', where, message: 'model must not be empty.' }];
  if (modelName === null || typeof body.model !== 'string' || dialect.anyModel) return [];
  // The batch is made for the configured model, which is looked at once for the file.
  if (dialect.form === 'keyed' && config.model !== null) return [];
  const findings = checkNamed({ id: clip(modelName), dialect, endpoint, today, where }, modelName, model);
  // There the model is part of the url that makes the batch, and the one in a line decides nothing.
  return dialect.form === 'keyed' ? findings.map(notAnError) : findings;
}

function notAnError(finding: Finding): Finding {
  return finding.code === 'model.retired' || finding.severity === 'error'
    ? { ...finding, severity: 'warning' }
    : finding;
}

/** @param name of the model of requests that name none, where settings say one; stands on the first line. */
export function checkDefaultModel(dialect: Dialect, name: string | null, today: string): readonly Finding[] {
  if (name === null || dialect.anyModel || (dialect.form !== 'keyed' && dialect.form !== 'body')) return [];
  const model = findModel(name, dialect.provider);
  const use = { id: `The configured model ${clip(name)}`, dialect, endpoint: null, today, where: wholeLine };
  return checkNamed(use, name, model).map(({ fixes: _, ...finding }) => finding);
}

function checkNamed(use: ModelUse, name: string, model: Model | null): Finding[] {
  if (model === null) return [unknownModel(use, name)];
  return [
    ...checkPrefix(use, name),
    ...checkRetirement(use, model),
    ...checkBatch(use, model),
    ...checkEndpoint(use, model),
  ];
}

function unknownModel({ dialect, where }: ModelUse, name: string): Finding {
  const quoted = JSON.stringify(clip(name));
  const other = otherProviderOf(name, dialect.provider);
  if (other !== null) {
    const message = `${quoted} is a model of ${other}, and these requests are checked as ${dialect.title}'s; take a model of ${dialect.title}, or set "provider" to whoever gets the file.`;
    return { code: 'model.unknown', severity: 'warning', where, message };
  }
  const meant = meantModel(name, dialect.provider);
  const ask = meant === null ? '' : ` Did you mean ${JSON.stringify(meant)}?`;
  const message = `${quoted} is not in the model list of ${pricesAsOf}; its price and limits are unknown.${ask}`;
  return { code: 'model.unknown', where, message, fixes: meant === null ? [] : [written(meant)] };
}

/** As gateways call a model, after its maker; the maker itself does not know it by that name. */
function checkPrefix({ dialect, where }: ModelUse, name: string): Finding[] {
  const { provider, title } = dialect;
  if (provider !== 'openai' && provider !== 'anthropic') return [];
  const own = /^[^/]+\/([^/]+)$/.exec(name)?.[1];
  if (own === undefined) return [];
  const message = `${JSON.stringify(clip(name))} is a gateway's name for it; ${title} calls the model ${JSON.stringify(clip(own))}. Write that, unless a gateway gets the file.`;
  return [{ code: 'model.unknown', severity: 'warning', where, message, fixes: [written(own)] }];
}

/** A batch takes a day; what goes next season is no reason to stop now. */
const retiringSoonDays = 30;

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

function checkRetirement({ id, endpoint, today, where }: ModelUse, model: Model): Finding[] {
  const { shutdownDate: date, shutdownVerified, shutdownIsEarliest, status } = model;
  const instead = replacementWords(model, endpoint?.url ?? null);
  const fixes = replacementFixes(model, endpoint?.url ?? null);
  if (date === null) {
    if (status === 'active') return [];
    const message = `${id} is deprecated; the day it shuts down is not published.${instead}`;
    return [{ code: 'model.retiring', severity: 'info', where, message, fixes }];
  }
  if (shutdownIsEarliest) {
    const isPast = date <= today;
    const message = `${id} may be shut down ${isPast ? 'any day' : `from ${date} on`}; no day is set.${instead}`;
    return [{ code: 'model.retiring', severity: isPast ? 'warning' : 'info', where, message, fixes }];
  }
  if (date > today) {
    const message = `${id} shuts down on ${date}${shutdownVerified ? '' : ', by an unconfirmed source'}.${instead}`;
    const severity = daysBetween(today, date) > retiringSoonDays ? 'info' : 'warning';
    return [{ code: 'model.retiring', severity, where, message, fixes }];
  }
  const message = shutdownVerified
    ? `${id} was shut down on ${date}.${instead}`
    : `${id} was probably shut down (on ${date}, by an unconfirmed source).${instead}`;
  const finding: Finding = { code: 'model.retired', where, message, fixes };
  return [shutdownVerified ? finding : { ...finding, severity: 'warning' }];
}

function replacementWords(model: Model, url: string | null): string {
  return model.replacement === null
    ? ' Take another model.'
    : ` Its replacement is ${placeOf(model.replacement, model.provider, url)}.`;
}

/** The model, with its endpoints where they are others than that of the request. */
function placeOf(replacement: string, provider: string, url: string | null): string {
  const endpoints = findModel(replacement, provider)?.endpoints ?? [];
  const moves = endpoints.length > 0 && url !== null && !endpoints.includes(url);
  return moves ? `${replacement}, at ${endpoints.join(' or ')}` : replacement;
}

/** Only a person can say whether its successor does as well. */
function replacementFixes({ replacement, provider }: Model, url: string | null): readonly Fix[] {
  if (replacement === null || url === null) return [];
  return findModel(replacement, provider)?.endpoints.includes(url) ? [written(replacement)] : [];
}

function written(model: string): Fix {
  return writing(['model'], JSON.stringify(model));
}

function checkBatch({ id, where }: ModelUse, model: Model): Finding[] {
  if (model.batchSupported === true) return [];
  if (model.batchSupported === null) {
    const message = `Whether ${id} answers in a batch is not known; try it with a small one.`;
    return [{ code: 'model.no-batch', severity: 'info', where, message }];
  }
  const message = `${id} is not known to answer in a batch; take another model.`;
  return [{ code: 'model.no-batch', where, message }];
}

/** Endpoints whose models answer nowhere else, and where no others answer. */
const ofOneKind: ReadonlySet<string> = new Set([
  '/v1/embeddings',
  '/v1/completions',
  '/v1/moderations',
  '/v1/images/generations',
  '/v1/images/edits',
  'embedContent',
]);

function checkEndpoint({ id, endpoint: asked, where }: ModelUse, { endpoints }: Model): Finding[] {
  if (asked === null || asked.retired !== undefined || endpoints.includes(asked.url)) return [];
  const isCertain = [asked.url, ...endpoints].some((known) => ofOneKind.has(known));
  // Of endpoints that only the table knows, the catalogue does not say who answers there.
  if (!isCertain && asked.schema === null) return [];
  const verdict = isCertain ? 'does not answer' : 'is not known to answer';
  const message = `${id} ${verdict} at ${asked.url}; it does at ${endpoints.join(' and ')}.`;
  const severity = isCertain ? 'error' : 'warning';
  return [{ code: 'model.endpoint', severity, where, message }];
}
