// Which parameters of a message does Anthropic refuse? Alone they get 400; in a batch their row is `errored` at the end.
import { isObject, type Json } from '../json.ts';
import { findContentProblem } from './contentProblem.ts';
import { type ErrorBody, invalid, notFound } from './errors.ts';

export interface ParamsUse {
  /** The `anthropic-version` of the call. */
  readonly version: string;
  readonly inBatch: boolean;
  /** The call has a header `anthropic-beta`; which one it is does not matter here. */
  readonly hasBeta: boolean;
}

/** @anthropic-ai/sdk 1.12.0, MessageCreateParams; `temperature` and its like are gone from there, but not from the API. */
const known = new Set([
  ...['model', 'max_tokens', 'messages', 'system', 'stop_sequences', 'thinking', 'output_config'],
  ...['tools', 'tool_choice', 'cache_control', 'metadata', 'service_tier', 'inference_geo', 'container'],
  ...['diagnostics', 'stream', 'speed', 'temperature', 'top_p', 'top_k'],
]);
/** Only with a beta header (@anthropic-ai/sdk 1.12.0, BetaMessageCreateParams). */
const knownInBeta = new Set([
  ...['mcp_servers', 'context_management', 'compaction', 'fallbacks', 'billing_policy', 'output_format'],
]);
const sampling = ['temperature', 'top_p', 'top_k'] as const;

/** The first problem, or null. Wordings are those of reported answers where one is known. */
export function findParamsProblem(params: Json, use: ParamsUse): ErrorBody | null {
  const unknown = Object.keys(params).find(
    (name) => !known.has(name) && !(use.hasBeta && knownInBeta.has(name)),
  );
  if (unknown !== undefined) return invalid(`${unknown}: Extra inputs are not permitted`);
  const missing = ['model', 'max_tokens', 'messages'].find((name) => params[name] === undefined);
  if (missing !== undefined) return invalid(`${missing}: Field required`);
  const { model, max_tokens: maxTokens } = params;
  if (typeof model !== 'string') return invalid('model: Input should be a valid string');
  if (!Number.isInteger(maxTokens)) return invalid('max_tokens: Input should be a valid integer');
  if (Number(maxTokens) < 1) return invalid('max_tokens: Input should be greater than or equal to 1');
  const generation = generationOf(model);
  if (generation === null) return notFound(`model: ${model}`);
  return (
    findUnfit(params, use) ??
    findMessagesProblem(params, generation) ??
    findContentProblem(params, use.version) ??
    findSamplingProblem(params, use, generation) ??
    findThinkingProblem(params, model, generation) ??
    findToolProblem(params) ??
    findFormatProblem(params)
  );
}

/** 4.7 of `claude-opus-4-7`; null for what is no model that runs (those before 4.5 are gone by 2026-11). */
function generationOf(model: string): number | null {
  const match = /^claude-(?:opus|sonnet|haiku|fable|mythos)-(\d+)(?:-(\d{1,2}))?(?:-\d{8}|-latest)?$/.exec(
    model,
  );
  if (match === null) return null;
  const generation = Number(match[1]) + Number(match[2] ?? 0) / 10;
  return generation < 4.5 ? null : generation;
}

function findUnfit({ stream, speed }: Json, { inBatch }: ParamsUse): ErrorBody | null {
  if (stream === true) {
    return invalid(inBatch ? 'stream: Streaming is not supported in batches' : 'stream: Not simulated');
  }
  return inBatch && speed !== undefined ? invalid('speed: Not supported in batches') : null;
}

function findMessagesProblem({ messages }: Json, generation: number): ErrorBody | null {
  if (!Array.isArray(messages)) return invalid('messages: Input should be a valid list');
  if (messages.length === 0) return invalid('messages: at least one message is required');
  for (const [at, message] of (messages as readonly unknown[]).entries()) {
    if (!isObject(message)) return invalid(`messages.${at}: Input should be an object`);
    const { role, content } = message;
    if (!['user', 'assistant', 'system'].includes(String(role))) {
      return invalid(`messages: Unexpected role "${String(role)}".`);
    }
    const isContent = typeof content === 'string' || (Array.isArray(content) && content.every(isObject));
    if (!isContent) return invalid(`messages.${at}.content: Input should be a valid list`);
    if (content === '' || (Array.isArray(content) && content.length === 0)) {
      return invalid(`messages.${at}: all messages must have non-empty content`);
    }
  }
  const [first, last] = [messages[0] as Json, messages.at(-1) as Json];
  if (first.role === 'assistant') return invalid('messages: first message must use the "user" role');
  return last.role === 'assistant' && generation >= 4.6 && !isPaused(last)
    ? invalid(
        'This model does not support assistant message prefill. The conversation must end with a user message.',
      )
    : null;
}

/** A turn that was paused amid a server's tool is gone on with by sending it back as it is. */
function isPaused({ content }: Json): boolean {
  const last: unknown = Array.isArray(content) ? content.at(-1) : null;
  return isObject(last) && /^server_tool_use$|_tool_result$/.test(String(last.type));
}

/** The version of 2026-10-21 takes none of them; the one before does, but not for models from 4.7 on. */
function findSamplingProblem(params: Json, { version }: ParamsUse, generation: number): ErrorBody | null {
  const given = sampling.find((name) => params[name] !== undefined);
  if (given === undefined) return null;
  if (version >= '2026-10-21') return invalid(`${given}: Extra inputs are not permitted`);
  const isDefault = given !== 'top_k' && params[given] === 1;
  if (generation >= 4.7 && !isDefault) return invalid(`\`${given}\` is deprecated for this model.`);
  const value = Number(params[given]);
  if (given !== 'top_k' && !(value >= 0 && value <= 1)) return invalid(`${given}: range: 0..1`);
  return null;
}

function findThinkingProblem(params: Json, model: string, generation: number): ErrorBody | null {
  const { thinking, max_tokens: maxTokens } = params;
  if (thinking === undefined) return null;
  const type = isObject(thinking) ? String(thinking.type) : '';
  if (!['adaptive', 'enabled', 'disabled', 'between_tools'].includes(type)) {
    return invalid('thinking.type: Input tag does not match any of the expected tags');
  }
  const refused =
    (type === 'enabled' && generation >= 4.7) ||
    (type === 'adaptive' && generation <= 4.5) ||
    (type === 'disabled' && /^claude-(fable|mythos)-/.test(model));
  if (refused) return invalid(`"thinking.type.${type}" is not supported for this model.`);
  if (type !== 'enabled') return null;
  const budget = Number((thinking as Json).budget_tokens);
  if (!(budget >= 1024)) {
    return invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
  }
  return budget < Number(maxTokens)
    ? null
    : invalid('`max_tokens` must be greater than `thinking.budget_tokens`.');
}

function findToolProblem({ tools, tool_choice: choice, thinking }: Json): ErrorBody | null {
  if (tools !== undefined && !(Array.isArray(tools) && tools.every(isObject))) {
    return invalid('tools: Input should be a valid list');
  }
  const odd = ((tools ?? []) as readonly Json[]).findIndex(
    ({ type, input_schema: schema }) => (type === undefined || type === 'custom') && !isObject(schema),
  );
  if (odd !== -1) return invalid(`tools.${odd}.custom.input_schema: Field required`);
  const strange = ((tools ?? []) as readonly Json[]).find(({ type }) => type === 'function');
  if (strange !== undefined)
    return invalid("tools: Input tag 'function' does not match any of the expected tags");
  if (!isObject(choice) || choice.type === 'none' || choice.type === 'auto') return null;
  const names = ((tools ?? []) as readonly Json[]).map(({ name }) => name);
  if (names.length === 0) return invalid('tool_choice may only be specified while providing tools.');
  if (isObject(thinking) && thinking.type === 'enabled') {
    return invalid('Thinking may not be enabled when tool_choice forces tool use.');
  }
  return choice.type !== 'tool' || names.includes(choice.name)
    ? null
    : invalid(`Tool '${String(choice.name)}' not found in provided tools`);
}

function findFormatProblem({ output_config: config }: Json): ErrorBody | null {
  const format = isObject(config) ? config.format : undefined;
  if (format === undefined || format === null) return null;
  const isSchema = isObject(format) && format.type === 'json_schema' && isObject(format.schema);
  return isSchema ? null : invalid('output_config.format.schema: Field required');
}
