// What does /v1/responses answer? A response object as the API gives it (openai SDK 7.55).
import {
  type Answer,
  type AnswerContext,
  attachmentTokens,
  idOf,
  schemaTokens,
  textOf,
  tokensOf,
} from '../answerContext.ts';
import { type Composed, compose, type Prompt } from '../compose.ts';
import { isObject, type Json } from '../json.ts';
import { forcedCall } from './forcedCall.ts';
import { snapshotOf, thinks } from './models.ts';

export function answerResponse(body: Json, context: AnswerContext): Answer {
  const prompt = readPrompt(body);
  const composed = compose(prompt, 1, context)[0] as Composed;
  const { usage } = composed;
  const format = isObject(body.text) && isObject(body.text.format) ? body.text.format : {};
  return {
    usage,
    body: {
      id: idOf(context, 'resp_', 50),
      object: 'response',
      created_at: context.createdAt,
      status: composed.cut ? 'incomplete' : 'completed',
      background: false,
      completed_at: composed.cut ? null : context.createdAt + 2,
      error: null,
      incomplete_details: composed.cut ? { reason: 'max_output_tokens' } : null,
      instructions: body.instructions ?? null,
      max_output_tokens: prompt.maxOutputTokens,
      max_tool_calls: null,
      model: snapshotOf(prompt.model),
      output: outputOf(composed, prompt, context),
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      previous_response_id: body.previous_response_id ?? null,
      prompt_cache_key: body.prompt_cache_key ?? null,
      reasoning: { effort: effortOf(body) ?? null, summary: null },
      safety_identifier: body.safety_identifier ?? null,
      service_tier: 'default',
      store: body.store ?? true,
      temperature: body.temperature ?? 1,
      text: { format: { type: format.type ?? 'text' }, verbosity: 'medium' },
      tool_choice: typeof body.tool_choice === 'string' ? body.tool_choice : 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: body.top_p ?? 1,
      truncation: 'disabled',
      usage: {
        input_tokens: usage.inputTokens,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: usage.outputTokens,
        output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
        total_tokens: usage.inputTokens + usage.outputTokens,
      },
      user: body.user ?? null,
      metadata: isObject(body.metadata) ? body.metadata : {},
    },
  };
}

function outputOf(composed: Composed, prompt: Prompt, context: AnswerContext): readonly Json[] {
  const thought =
    composed.usage.reasoningTokens > 0
      ? [{ id: idOf(context, 'rs_', 50), type: 'reasoning', summary: [] }]
      : [];
  const status = composed.cut ? 'incomplete' : 'completed';
  if (composed.cut && composed.text === '') return thought;
  if (prompt.call !== null && composed.callArguments !== null) {
    const call = {
      id: idOf(context, 'fc_', 50),
      type: 'function_call',
      status,
      arguments: composed.callArguments,
      call_id: idOf(context, 'call_', 24),
      name: prompt.call.name,
    };
    return [...thought, call];
  }
  const content = [{ type: 'output_text', annotations: [], logprobs: [], text: composed.text }];
  return [...thought, { id: idOf(context, 'msg_', 50), type: 'message', status, content, role: 'assistant' }];
}

function effortOf({ reasoning }: Json): unknown {
  return isObject(reasoning) ? reasoning.effort : undefined;
}

function readPrompt(body: Json): Prompt {
  const input = body.input;
  const items =
    typeof input === 'string' ? [{ role: 'user', content: input }] : Array.isArray(input) ? input : [];
  const messages = items.filter(isObject);
  const last = (roles: RegExp): string =>
    textOf(messages.findLast((message) => roles.test(String(message.role)))?.content);
  const instructions = typeof body.instructions === 'string' ? body.instructions : '';
  const max = body.max_output_tokens;
  return {
    model: String(body.model),
    instructions: `${instructions}\n${last(/^(system|developer)$/)}`,
    text: last(/^user$/),
    inputTokens:
      tokensOf(instructions) +
      3 +
      messages.reduce((sum, item) => sum + itemTokens(item), 0) +
      schemaTokens(isObject(body.text) ? body.text.format : null),
    schema: schemaOf(body.text),
    call: forcedCall(body, (tool) => tool),
    thinks: thinks(body.model, effortOf(body)),
    maxOutputTokens: typeof max === 'number' ? max : null,
  };
}

function itemTokens(item: Json): number {
  return 3 + tokensOf(textOf(item.content)) + attachmentTokens(item.content);
}

function schemaOf(text: unknown): unknown {
  const format = isObject(text) ? text.format : null;
  if (!isObject(format)) return null;
  if (format.type === 'json_object') return true;
  return format.type === 'json_schema' ? (format.schema ?? true) : null;
}
