// Does the model take these parameters? What it refuses is known from its provider's pages, or from the errors that
// others quote; both change with the model, so all of it is doubtful and a warning (schemas/models.json, `params`).

import { type Fix, removing, writing } from '../fix/fix.ts';
import { isPresent, type JsonObject } from '../json/members.ts';
import type { JsonPath } from '../json/skim.ts';
import type { ModelParams, Sampling } from '../models/catalogue.ts';
import type { Model } from '../models/models.ts';
import type { BodyUse } from './bodyRule.ts';
import { oneOf } from './bodyWords.ts';
import { clip } from './clip.ts';
import { at, type Finding } from './finding.ts';

/** A request to a model, by an endpoint of OpenAI's form. */
interface ParameterUse {
  readonly id: string;
  readonly model: Model;
  readonly body: JsonObject;
  readonly isChat: boolean;
  /** As the request states it; undefined where it states none, null where it states what cannot be understood. */
  readonly effort: string | null | undefined;
}

/** The second is Azure's older one. */
const chatUrls: ReadonlySet<string> = new Set(['/v1/chat/completions', '/chat/completions']);

/** Rules of chat completions and responses; the parameters of Anthropic and Gemini have their own. */
export function checkModelParameters({ endpoint, body, modelName, model }: BodyUse): readonly Finding[] {
  if (model === null || modelName === null) return [];
  const isChat = chatUrls.has(endpoint?.url ?? '');
  if (!isChat && endpoint?.url !== '/v1/responses') return [];
  const use: ParameterUse = { id: clip(modelName), model, body, isChat, effort: effortOf(body, isChat) };
  return [
    ...(isChat ? checkMaxTokens(use) : []),
    ...checkEffort(use),
    ...checkSampling(use),
    ...(isChat ? checkTools(use) : []),
  ];
}

function effortOf(body: JsonObject, isChat: boolean): string | null | undefined {
  const { reasoning } = body;
  const isObject = typeof reasoning === 'object' && reasoning !== null;
  const effort = isChat ? body.reasoning_effort : isObject ? (reasoning as JsonObject).effort : undefined;
  if (effort === undefined || effort === null) return undefined;
  return typeof effort === 'string' ? effort : null;
}

const effortPath = (isChat: boolean): JsonPath => (isChat ? ['reasoning_effort'] : ['reasoning', 'effort']);
const effortName = (isChat: boolean): string => effortPath(isChat).join('.');

/** `Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.` */
function checkMaxTokens({ id, model, body }: ParameterUse): Finding[] {
  if (model.params?.maxTokensInChat !== 'rejected' || !isPresent(body.max_tokens)) return [];
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

/** `Unsupported value: 'minimal' is not supported with the 'gpt-5.1' model. Supported values are: …` */
function checkEffort({ id, model, effort, isChat }: ParameterUse): Finding[] {
  if (typeof effort !== 'string') return [];
  const path = effortPath(isChat);
  const name = effortName(isChat);
  if (!model.reasoning) {
    if (model.provider !== 'openai' || model.params?.maxTokensInChat === 'rejected') return [];
    const message = `${id} does not reason, and refuses ${name}; remove it.`;
    return [{ code: 'model.parameter', where: at(path, 'key'), message, fixes: [removing(path)] }];
  }
  if (model.efforts === null || model.efforts.includes(effort) || !known.has(effort)) return [];
  const message = `${id} has no reasoning effort ${JSON.stringify(effort)}; write ${oneOf(model.efforts)}.`;
  const nearest = effort === 'none' || effort === 'minimal' ? model.efforts[0] : model.efforts.at(-1);
  const fixes = nearest === undefined ? [] : [writing(path, JSON.stringify(nearest))];
  return [{ code: 'model.parameter', where: at(path), message, fixes }];
}

/** Others are the schema's to refuse. */
const known: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

interface Sampled {
  readonly field: string;
  readonly rule: keyof ModelParams;
  /** What the request gets without the field. */
  readonly isDefault: (value: unknown) => boolean;
}

const one = (value: unknown): boolean => value === 1;
const zero = (value: unknown): boolean => value === 0;
const off = (value: unknown): boolean => value === false || value === 0;
const empty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const sampled: readonly Sampled[] = [
  { field: 'temperature', rule: 'temperature', isDefault: one },
  { field: 'top_p', rule: 'topP', isDefault: one },
  { field: 'logprobs', rule: 'logprobs', isDefault: off },
  { field: 'top_logprobs', rule: 'logprobs', isDefault: off },
  { field: 'frequency_penalty', rule: 'penalties', isDefault: zero },
  { field: 'presence_penalty', rule: 'penalties', isDefault: zero },
  { field: 'logit_bias', rule: 'logitBias', isDefault: empty },
  { field: 'stop', rule: 'stop', isDefault: empty },
];

/** A value that is the default anyway is let through: some models take it. */
function checkSampling(use: ParameterUse): Finding[] {
  const findings: Finding[] = [];
  for (const { field, rule, isDefault } of sampled) {
    const value = use.body[field];
    if (!isPresent(value) || isDefault(value)) continue;
    const message = samplingMessage(field, use.model.params?.[rule] as Sampling | undefined, use);
    if (message === null) continue;
    findings.push({
      code: 'model.parameter',
      where: at([field], 'key'),
      message,
      fixes: [removing([field])],
    });
  }
  return findings;
}

function samplingMessage(field: string, sampling: Sampling | undefined, use: ParameterUse): string | null {
  const { id } = use;
  switch (sampling) {
    case 'rejected':
      return `${id} refuses ${field}; remove it.`;
    case 'default-only':
      return `${id} takes ${field} only at its default; remove it.`;
    case 'effort-none-only': {
      const reasons = reasoningOf(use);
      return reasons === null
        ? null
        : `${id} takes ${field} only with ${effortName(use.isChat)} "none"${reasons}; remove ${field}, or set that effort.`;
    }
    default:
      return null;
  }
}

/** Where it reasons, words for why; null where it does not, or nobody knows. */
function reasoningOf({ effort, model }: ParameterUse): string | null {
  if (effort === undefined) {
    return model.defaultEffort === null || model.defaultEffort === 'none'
      ? null
      : `, and without one it reasons (${model.defaultEffort})`;
  }
  return effort === null || effort === 'none' ? null : '';
}

/** `Function tools with reasoning_effort are not supported for gpt-5.6-luna in /v1/chat/completions. …` */
function checkTools(use: ParameterUse): Finding[] {
  const { id, model, body, effort } = use;
  const field = [body.tools, body.functions].findIndex(hasFunctions);
  if (model.chatTools === null || field === -1) return [];
  const where = at([field === 0 ? 'tools' : 'functions'], 'key');
  if (model.chatTools === 'rejected') {
    const message = `${id} refuses functions in chat completions; send the request to /v1/responses.`;
    return [{ code: 'model.parameter', where, message }];
  }
  const reasons = reasoningOf(use);
  if (reasons === null) return [];
  const message = `${id} takes functions in chat completions only with reasoning_effort "none"${reasons}; set it, or send the request to /v1/responses.`;
  const fixes = [effort === undefined ? effortNone : writing(['reasoning_effort'], '"none"')];
  return [{ code: 'model.parameter', where, message, fixes }];
}

const effortNone: Fix = {
  title: 'Add "reasoning_effort":"none"',
  change: { kind: 'insertMember', path: [], name: 'reasoning_effort', json: '"none"' },
  safe: false,
};

function hasFunctions(list: unknown, index: number): boolean {
  if (!Array.isArray(list)) return false;
  return index === 1
    ? list.length > 0
    : list.some((tool) => typeof tool === 'object' && tool !== null && tool.type === 'function');
}
