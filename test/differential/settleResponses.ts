// What belongs together in a request for a response, or a completion, and no type says.
import type { Chance } from './chance.ts';
import type { Body } from './endpoint.ts';
import { isObject, isSet } from './settleChat.ts';

/** Rules of the API reference (2026-11); each is named where it is kept. */
export function settleResponses(body: Body, _chance: Chance): Body {
  // Something is asked: by input, by a stored prompt, or by what went before.
  const goesOn = isSet(body.prompt) || isSet(body.conversation) || isSet(body.previous_response_id);
  if (!isSet(body.input) && !goesOn) body.input = 'Hi';
  // What went before is a conversation or a response.
  if (isSet(body.conversation)) delete body.previous_response_id;
  if (Array.isArray(body.input)) body.input = withPartners(body.input as Body[]);
  // One way to say what is cached.
  if (isSet(body.prompt_cache_options)) delete body.prompt_cache_retention;
  settleSources([body.input, body.prompt, body.tools]);
  settleTools(body);
  const format = isObject(body.text) ? body.text.format : undefined;
  // "json_object" needs the word in the input.
  if (isObject(format) && format.type === 'json_object') {
    const said = { role: 'user', content: 'Answer in JSON.' };
    body.input = Array.isArray(body.input) ? [said, ...body.input] : 'Answer in JSON.';
  }
  return body;
}

/** An image or a file is somewhere, and so is a server of tools, at any depth. */
function settleSources(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const part = value as Body;
  const needs = sources[String(part.type)];
  if (needs !== undefined && !needs.some((name) => isSet(part[name])))
    part[needs[0] ?? ''] = 'https://example.com/a.png';
  if (part.type === 'image_generation') settleImages(part);
  for (const child of Object.values(part)) settleSources(child);
}

const sources: Readonly<Record<string, readonly string[]>> = {
  input_image: ['image_url', 'file_id'],
  computer_screenshot: ['image_url', 'file_id'],
  input_file: ['file_url', 'file_id', 'file_data'],
  mcp: ['server_url', 'connector_id', 'tunnel_id'],
};

/** A call with an id is followed by its output, and an output preceded by its call. */
const outputs: Readonly<Record<string, { readonly call: Body; readonly output: Body }>> = {
  function_call: {
    call: { type: 'function_call', name: 'f', arguments: '{}' },
    output: { type: 'function_call_output', output: '18 °C' },
  },
  custom_tool_call: {
    call: { type: 'custom_tool_call', name: 'f', input: 'x' },
    output: { type: 'custom_tool_call_output', output: '18 °C' },
  },
  computer_call: {
    call: {
      type: 'computer_call',
      id: 'cu_1',
      status: 'completed',
      pending_safety_checks: [],
      action: { type: 'wait' },
    },
    output: { type: 'computer_call_output', output: { type: 'computer_screenshot', file_id: 'file_1' } },
  },
  shell_call: {
    call: { type: 'shell_call', action: { commands: ['ls'] } },
    output: { type: 'shell_call_output', output: [] },
  },
  apply_patch_call: {
    call: { type: 'apply_patch_call', status: 'completed', operation: { type: 'delete_file', path: 'a' } },
    output: { type: 'apply_patch_call_output', status: 'completed' },
  },
};

function withPartners(all: readonly Body[]): Body[] {
  // It asks for what follows, so that it comes last.
  const isTrigger = ({ type }: Body): boolean => type === 'compaction_trigger';
  const items = [...all.filter((item) => !isTrigger(item)), ...all.filter(isTrigger).slice(0, 1)];
  return items.flatMap((item, index): Body[] => {
    const type = String(item.type);
    const ofCall = outputs[type];
    const ofOutput = outputs[type.replace(/_output$/, '')];
    const id = { call_id: `call_${index}` };
    if (ofCall !== undefined)
      return [
        { ...item, ...id },
        { ...ofCall.output, ...id },
      ];
    return ofOutput === undefined
      ? [item]
      : [
          { ...ofOutput.call, ...id },
          { ...item, ...id },
        ];
  });
}

/** Names are unique; what is chosen is there to be chosen. */
function settleTools(body: Body): void {
  const tools = (body.tools as Body[] | undefined) ?? [];
  nameTools(tools);
  // Tools that were found, or are added, are in the input.
  for (const item of Array.isArray(body.input) ? (body.input as Body[]) : []) {
    if (item.type !== 'mcp_list_tools') nameTools((item.tools as Body[] | undefined) ?? []);
  }
  if (isObject(body.tool_choice)) body.tool_choice = choiceAmong(tools, body.tool_choice);
  if (tools.length === 0) {
    for (const name of ['tool_choice', 'parallel_tool_calls', 'max_tool_calls']) delete body[name];
  }
}

function nameTools(tools: readonly Body[]): void {
  for (const [index, tool] of tools.entries()) {
    if (index > 0 && typeof tool.name === 'string') tool.name = `tool_${index}`;
    if (typeof tool.server_label === 'string') tool.server_label = `server_${index}`;
    for (const [inner, one] of ((tool.tools as Body[] | undefined) ?? []).entries()) {
      one.name = `inner_${index}_${inner}`;
    }
  }
}

function choiceAmong(tools: readonly Body[], choice: Body): unknown {
  if (choice.type === 'allowed_tools') {
    return {
      type: 'allowed_tools',
      mode: 'auto',
      tools: tools.slice(0, 1).map(({ type, name }) => ({ type, ...(isSet(name) ? { name } : {}) })),
    };
  }
  const tool = tools.find(({ type }) => type === choice.type);
  if (tool === undefined) return 'auto';
  return {
    ...choice,
    ...(isSet(tool.name) ? { name: tool.name } : {}),
    ...(isSet(tool.server_label) ? { server_label: tool.server_label } : {}),
  };
}

/** Of an image: what is seen through needs a format that has it, and a mark is said in one way. */
export function settleImages(body: Body): Body {
  if (body.background === 'transparent' && isSet(body.output_format)) body.output_format = 'png';
  if (isSet(body.mask)) delete body.markup;
  return body;
}

/** The answers are chosen from what is made. */
export function settleCompletions(body: Body): Body {
  if (typeof body.n === 'number' && isSet(body.best_of)) body.n = 1;
  if (body.best_of === 0) body.best_of = 1;
  return body;
}
