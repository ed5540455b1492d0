// How does a chat request look to the counting endpoint, which knows responses alone? What has no place there is named.
import { isObject, isPresent, type JsonObject } from '#core';
import type { CountableRequest } from './port.ts';

export type CountingBody =
  | { readonly kind: 'body'; readonly body: JsonObject }
  | { readonly kind: 'skipped'; readonly reason: string };

/** What the endpoint takes (openai 7.55.0, InputTokenCountParams). */
const counted = [
  'conversation',
  'input',
  'instructions',
  'parallel_tool_calls',
  'personality',
  'previous_response_id',
  'reasoning',
  'text',
  'tool_choice',
  'tools',
  'truncation',
] as const;

export function openaiCountingBody({ url, model, body }: CountableRequest): CountingBody {
  switch (url) {
    case '/v1/responses': {
      if (isPresent(body.prompt)) return skipped('a prompt that is stored at OpenAI');
      const known = counted.filter((name) => isPresent(body[name]));
      return {
        kind: 'body',
        body: { model, ...Object.fromEntries(known.map((name) => [name, body[name]])) },
      };
    }
    case '/v1/chat/completions':
      return fromChat(body, model);
    default:
      return skipped(`requests to ${url}, which OpenAI does not count`);
  }
}

/** Thrown within this file alone. */
class NotConvertible extends Error {}

function fromChat(body: JsonObject, model: string): CountingBody {
  if (!Array.isArray(body.messages)) return skipped('no list of messages');
  if (isPresent(body.web_search_options)) return skipped('web search');
  try {
    const input = body.messages.flatMap(itemsOf);
    const tools = [...listOf(body.tools).map(toolOf), ...listOf(body.functions).map(functionOf)];
    const text = textOf(body);
    const choice = choiceOf(body.tool_choice);
    return {
      kind: 'body',
      body: {
        model,
        input,
        ...(tools.length === 0 ? {} : { tools }),
        ...(choice === null ? {} : { tool_choice: choice }),
        ...(text === null ? {} : { text }),
        ...(isPresent(body.reasoning_effort) ? { reasoning: { effort: body.reasoning_effort } } : {}),
        ...(isPresent(body.parallel_tool_calls) ? { parallel_tool_calls: body.parallel_tool_calls } : {}),
      },
    };
  } catch (error) {
    if (error instanceof NotConvertible) return skipped(error.message);
    throw error;
  }
}

/** A message, and the calls that stand in it as items of their own. */
function itemsOf(message: unknown, index: number): readonly JsonObject[] {
  if (!isObject(message)) throw new NotConvertible('a message that is no object');
  if (isPresent(message.name) && message.role !== 'function') throw new NotConvertible('names of messages');
  if (isPresent(message.audio)) throw new NotConvertible('sound');
  const { role, content } = message;
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      return [{ role, content: typeof content === 'string' ? content : listOf(content).map(partOf) }];
    case 'assistant': {
      const said = joined(content);
      const call = isObject(message.function_call) ? [{ function: message.function_call }] : [];
      const calls = [...listOf(message.tool_calls), ...call].map((one) => callOf(one, index));
      return [...(said === '' ? [] : [{ role, content: said }]), ...calls];
    }
    case 'tool':
    case 'function':
      return [
        {
          type: 'function_call_output',
          call_id: role === 'tool' ? message.tool_call_id : `call_${index - 1}`,
          output: joined(content),
        },
      ];
    default:
      throw new NotConvertible('a role that is unknown');
  }
}

function partOf(part: unknown): JsonObject {
  const type = isObject(part) ? part.type : null;
  if (!isObject(part)) throw new NotConvertible('a part of a message that is no object');
  switch (type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image_url': {
      const image: JsonObject = isObject(part.image_url) ? part.image_url : {};
      return { type: 'input_image', image_url: image.url, detail: image.detail ?? 'auto' };
    }
    case 'file': {
      const file: JsonObject = isObject(part.file) ? part.file : {};
      return { type: 'input_file', ...file };
    }
    case 'input_audio':
      throw new NotConvertible('sound');
    default:
      throw new NotConvertible('a part of a message of a kind that is unknown');
  }
}

/** Answers of assistants and tools go in as one text. */
function joined(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((part) => (isObject(part) ? (part.text ?? part.refusal) : null))
    .filter((text) => typeof text === 'string')
    .join('');
}

function callOf(call: unknown, index: number): JsonObject {
  if (!isObject(call)) throw new NotConvertible('a call of a tool that is no object');
  const callId = call.id ?? `call_${index}`;
  if (isObject(call.custom)) {
    return { type: 'custom_tool_call', call_id: callId, name: call.custom.name, input: call.custom.input };
  }
  const called: JsonObject = isObject(call.function) ? call.function : {};
  return { type: 'function_call', call_id: callId, name: called.name, arguments: called.arguments };
}

function toolOf(tool: unknown): JsonObject {
  if (isObject(tool) && isObject(tool.custom)) {
    const { format, ...custom } = tool.custom;
    const grammar =
      isObject(format) && isObject(format.grammar) ? { type: 'grammar', ...format.grammar } : format;
    return { type: 'custom', ...custom, ...(isPresent(grammar) ? { format: grammar } : {}) };
  }
  if (!isObject(tool) || !isObject(tool.function))
    throw new NotConvertible('a tool of a kind that is unknown');
  return functionOf(tool.function);
}

/** Chat takes schemas as they are unless told otherwise; responses take them as strict. */
function functionOf(declared: unknown): JsonObject {
  if (!isObject(declared)) throw new NotConvertible('a function that is no object');
  return { type: 'function', parameters: null, ...declared, strict: declared.strict ?? false };
}

function choiceOf(choice: unknown): unknown {
  if (typeof choice === 'string') return choice;
  if (!isObject(choice)) return null;
  if (isObject(choice.function)) return { type: 'function', name: choice.function.name };
  if (isObject(choice.custom)) return { type: 'custom', name: choice.custom.name };
  throw new NotConvertible('a choice among tools');
}

function textOf({ response_format: format, verbosity }: JsonObject): JsonObject | null {
  const shape = isObject(format) ? format : {};
  const schema: JsonObject | null = isObject(shape.json_schema) ? shape.json_schema : null;
  const given =
    shape.type === 'json_schema' && schema !== null
      ? { type: 'json_schema', ...schema }
      : shape.type === 'json_object'
        ? { type: 'json_object' }
        : null;
  if (given === null && !isPresent(verbosity)) return null;
  return { ...(given === null ? {} : { format: given }), ...(isPresent(verbosity) ? { verbosity } : {}) };
}

function skipped(reason: string): CountingBody {
  return { kind: 'skipped', reason };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
