// What belongs together in a chat completion and no type says: calls and their answers, settings that need each other.
import type { Chance } from './chance.ts';
import type { Body } from './endpoint.ts';

/** Rules of the API reference (2026-11); each is named where it is kept. */
export function settleChat(made: Body, chance: Chance): Body {
  const body = { ...made, messages: settleMessages(made.messages as Body[], chance) } as Body;
  settleTools(body);
  // Two names of one limit.
  if (isSet(body.max_completion_tokens)) delete body.max_tokens;
  // Log probabilities are listed where they are asked for.
  if (isSet(body.top_logprobs)) body.logprobs = true;
  settleAudio(body, chance);
  // "json_object" needs the word in a message.
  if ((body.response_format as Body | undefined)?.type === 'json_object') {
    (body.messages as Body[]).push({ role: 'user', content: 'Answer in JSON.' });
  }
  // What is not stored has no labels.
  if (isSet(body.metadata)) body.store = true;
  // One way to say what is cached.
  if (isSet(body.prompt_cache_options)) delete body.prompt_cache_retention;
  // A guess at the answer goes with one plain answer.
  if (isSet(body.prediction)) {
    for (const name of [
      'n',
      'logprobs',
      'top_logprobs',
      'tools',
      'tool_choice',
      'parallel_tool_calls',
      'functions',
    ])
      delete body[name];
    for (const name of ['function_call', 'modalities', 'audio', 'max_completion_tokens']) delete body[name];
    if (isSet(body.presence_penalty)) body.presence_penalty = 1;
    if (isSet(body.frequency_penalty)) body.frequency_penalty = 1;
  }
  return body;
}

function settleMessages(messages: readonly Body[], chance: Chance): Body[] {
  let calls = 0;
  return messages.flatMap((message): Body[] => {
    // Answers stand right after their calls, where the loop puts them.
    if (message.role === 'tool' || message.role === 'function') return [{ role: 'user', content: 'And?' }];
    settleParts(message);
    if (message.role !== 'assistant') return [message];
    const asked = (message.tool_calls as Body[] | undefined) ?? [];
    if (asked.length === 0) delete message.tool_calls;
    else delete message.function_call;
    for (const call of asked) call.id = `call_${calls++}`;
    // An assistant that calls nothing says something.
    const speaks = isSet(message.content) || asked.length > 0 || isSet(message.function_call);
    if (!speaks) message.content = 'Well.';
    // A list of parts has parts.
    if (Array.isArray(message.content) && message.content.length === 0) message.content = 'Well.';
    const name = (message.function_call as Body | null | undefined)?.name;
    return [
      message,
      ...asked.map(
        (call): Body => ({ role: 'tool', tool_call_id: call.id, content: chance.pick(['18 °C', [part]]) }),
      ),
      ...(name === undefined ? [] : [{ role: 'function', name, content: '18 °C' }]),
    ];
  });
}

const part = { type: 'text', text: '18 °C' };

/** A file is its data or its id; a list of parts has parts. */
function settleParts(message: Body): void {
  if (!Array.isArray(message.content)) return;
  if (message.content.length === 0) message.content.push(part);
  for (const { type, file } of message.content as { type: string; file?: Body }[]) {
    if (type !== 'file' || file === undefined) continue;
    if (isSet(file.file_id)) {
      delete file.file_data;
      delete file.filename;
    } else Object.assign(file, { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' });
  }
}

/** Names are unique; what is chosen is there to be chosen. */
function settleTools(body: Body): void {
  const tools = (body.tools as Body[] | undefined) ?? [];
  for (const [index, tool] of tools.entries()) {
    const inner = (tool.function ?? tool.custom) as Body;
    if (index > 0) inner.name = `tool_${index}`;
  }
  if (tools.length === 0) for (const name of ['tool_choice', 'parallel_tool_calls']) delete body[name];
  // The older form of both.
  if (tools.length > 0) for (const name of ['functions', 'function_call']) delete body[name];
  const functions = (body.functions as Body[] | undefined) ?? [];
  for (const [index, one] of functions.entries()) if (index > 0) one.name = `function_${index}`;
  if (functions.length === 0) delete body.function_call;
  if (isObject(body.function_call)) body.function_call = { name: functions[0]?.name };
  if (isObject(body.tool_choice)) body.tool_choice = chosen(tools, body.tool_choice);
}

function chosen(tools: readonly Body[], choice: Body): unknown {
  const of = (tool: Body): Body => {
    const kind = String(tool.type);
    return { type: kind, [kind]: { name: (tool[kind] as Body).name } };
  };
  if (choice.type !== 'allowed_tools') return tools[0] === undefined ? 'auto' : of(tools[0]);
  return { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: tools.map(of) } };
}

/** Spoken answers need a voice, and a voice speaks. */
function settleAudio(body: Body, chance: Chance): void {
  if (isSet(body.audio)) body.modalities = ['text', 'audio'];
  else if (isSet(body.modalities)) body.modalities = ['text'];
  if (isSet(body.modalities) && chance.isLucky(0.1) && !isSet(body.audio)) delete body.modalities;
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
