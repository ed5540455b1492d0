// What belongs together in a request to Claude and no type says: turns, calls and results, thinking, marks of the cache.
import type { Chance } from './chance.ts';
import type { Body } from './endpoint.ts';
import { isObject, isSet } from './settleChat.ts';

/** Rules of Anthropic's pages (2026-06 to 2026-10); each is named where it is kept. */
export function settleMessages(body: Body, model: string, chance: Chance): Body {
  body.messages = turns((body.messages as Body[]) ?? [], model, chance);
  if (Array.isArray(body.system) && body.system.length === 0) delete body.system;
  settleTools(body);
  settleThinking(body, model, chance);
  settlePairs(body);
  settleMarks(body);
  return body;
}

/** A system message follows one of the user and comes before one of the assistant or last. */
const takesSystem: ReadonlySet<string> = new Set(['claude-sonnet-5', 'claude-opus-5']);

function turns(messages: readonly Body[], model: string, chance: Chance): Body[] {
  const results = messages.flatMap(({ content }) =>
    blocksOf(content).filter(({ type }) => type === 'tool_result'),
  );
  const made: Body[] = [];
  let calls = 0;
  for (const message of messages) {
    if (message.role === 'system') {
      const fits = takesSystem.has(model) && made.at(-1)?.role === 'user';
      if (fits && hasWords(message)) made.push(message, { role: 'assistant', content: 'Yes.' });
      continue;
    }
    message.content = contentOf(message);
    made.push(message);
    const asked = blocksOf(message.content).filter(({ type }) => type === 'tool_use');
    for (const call of asked) call.id = `toolu_${calls++}`;
    // Every call is answered in the next message.
    if (asked.length > 0)
      made.push({ role: 'user', content: asked.map((call) => answer(call, results, chance)) });
  }
  // The answer is not begun for the model.
  if (made.length === 0 || made.at(-1)?.role !== 'user') made.push({ role: 'user', content: 'Go on.' });
  return made;
}

function answer(call: Body, results: Body[], chance: Chance): Body {
  const result = chance.isLucky(0.7) ? results.pop() : undefined;
  const empty = Array.isArray(result?.content) && result.content.length === 0;
  return {
    ...(result ?? { type: 'tool_result' }),
    ...(empty ? { content: '18 °C' } : {}),
    tool_use_id: call.id,
  };
}

function hasWords({ content }: Body): boolean {
  return typeof content === 'string' ? content.trim() !== '' : blocksOf(content).length > 0;
}

const usersBlocks: ReadonlySet<unknown> = new Set([
  'text',
  'image',
  'document',
  'search_result',
  'container_upload',
]);
/** Blocks that stand in messages of the user alone, in those of the system alone, or come with a call. */
const notAssistants: ReadonlySet<unknown> = new Set([
  ...[
    'image',
    'document',
    'search_result',
    'container_upload',
    'tool_result',
    'tool_addition',
    'tool_removal',
  ],
]);

/** Blocks of the role, in an order that could have been; a message says something. */
function contentOf({ role, content }: Body): unknown {
  if (!Array.isArray(content)) return String(content).trim() === '' ? 'Hi' : content;
  const fits = ({ type }: Body): boolean =>
    role === 'user' ? usersBlocks.has(type) : !notAssistants.has(type);
  const blocks = (content as Body[]).filter(fits).flatMap((block, index) => withCall(block, index));
  // Notes of where a text came from are the assistant's.
  if (role === 'user')
    for (const block of blocks)
      for (const one of [block, ...blocksOf(block.content)]) if (one.type === 'text') delete one.citations;
  return blocks.length === 0 ? 'Hi' : blocks;
}

/** What a tool of the provider found comes after its call. */
function withCall(block: Body, index: number): Body[] {
  const type = String(block.type);
  const id = `srvtoolu_${index}`;
  if (type === 'mcp_tool_result') {
    return [
      { type: 'mcp_tool_use', id, name: 'f', server_name: 's', input: {} },
      { ...block, tool_use_id: id },
    ];
  }
  if (!type.endsWith('_tool_result')) return [block];
  const name = serverTools.find((tool) => type.startsWith(tool)) ?? 'code_execution';
  return [
    { type: 'server_tool_use', id, name, input: {} },
    { ...block, tool_use_id: id },
  ];
}

const serverTools = [
  'web_search',
  'web_fetch',
  'bash_code_execution',
  'text_editor_code_execution',
  'code_execution',
];

function blocksOf(content: unknown): Body[] {
  return Array.isArray(content) ? (content as Body[]) : [];
}

/** Names are unique, sets of servers are there, and what is chosen can be called. */
function settleTools(body: Body): void {
  const names = new Set<unknown>();
  const servers = (body.mcp_servers as Body[] | undefined) ?? [];
  for (const [index, server] of servers.entries()) server.name = `server_${index}`;
  const sets = new Set<unknown>();
  const tools = ((body.tools as Body[] | undefined) ?? []).filter((tool, index) => {
    if (isSet(tool.allowed_domains)) delete tool.blocked_domains;
    if (tool.type === 'mcp_toolset') {
      const server = servers[sets.size];
      if (server !== undefined) sets.add(server.name);
      tool.mcp_server_name = server?.name;
      return server !== undefined;
    }
    if (isSet(tool.input_schema)) tool.name = `tool_${index}`;
    const name = tool.name ?? tool.type;
    return !names.has(name) && names.add(name);
  });
  if (servers.some(({ name }) => !sets.has(name))) {
    for (const { name } of servers)
      if (!sets.has(name)) tools.push({ type: 'mcp_toolset', mcp_server_name: name });
  }
  if (body.tools !== undefined || tools.length > 0) body.tools = tools;
  const custom = tools.find(({ input_schema }) => isSet(input_schema));
  if (!isObject(body.tool_choice)) return;
  if (custom === undefined) delete body.tool_choice;
  else if (body.tool_choice.type === 'tool') body.tool_choice.name = custom.name;
}

/** By generation: how a model thinks, how hard, and what goes with it ("Troubleshooting thinking", 2026-10). */
function settleThinking(body: Body, model: string, chance: Chance): void {
  const isOld = model === 'claude-haiku-4-5-20251001';
  const kinds = isOld
    ? ['enabled', 'disabled']
    : model === 'claude-opus-4-6'
      ? ['enabled', 'adaptive', 'disabled']
      : ['adaptive', 'disabled'];
  const thinking = body.thinking as Body | undefined;
  if (thinking !== undefined && !kinds.includes(String(thinking.type))) body.thinking = { type: kinds[0] };
  const kind = (body.thinking as Body | undefined)?.type;
  if (kind === 'enabled') {
    body.max_tokens = chance.integer(4000, 8000);
    (body.thinking as Body).budget_tokens = chance.integer(1024, 3999);
  }
  const isForced = isObject(body.tool_choice) && ['any', 'tool'].includes(String(body.tool_choice.type));
  if (isForced && (kind === 'enabled' || kind === 'adaptive')) body.tool_choice = { type: 'auto' };
  if (isOld) delete body.inference_geo;
  const output = body.output_config as Body | null | undefined;
  if (!isObject(output) || !isSet(output.effort)) return;
  if (isOld) delete output.effort;
  else if (output.effort === 'xhigh' || output.effort === 'max') output.effort = 'high';
}

/** Of these only one. */
function settlePairs(body: Body): void {
  if (isSet(body.compaction)) delete body.context_management;
  if (isSet(body.fallback_credit_token)) delete body.fallbacks;
  // A form of JSON has no place for notes of where a text came from.
  if (JSON.stringify(body).includes('"enabled":true') && isObject(body.output_config))
    delete body.output_config.format;
  if (JSON.stringify(body).includes('"enabled":true')) delete body.output_format;
  // The older name of output_config.format.
  if (isSet(body.output_format) && isObject(body.output_config)) delete body.output_config.format;
  if (isObject(body.billing_policy)) delete body.billing_policy.bill_to;
}

/** At most four marks of the cache, and the longer-lived first. */
function settleMarks(body: Body): void {
  let marks = 0;
  const open: unknown[] = [body];
  for (let value = open.shift(); value !== undefined; value = open.shift()) {
    if (typeof value !== 'object' || value === null) continue;
    if (isObject(value) && isObject(value.cache_control)) {
      if (++marks > 3) delete value.cache_control;
      else delete value.cache_control.ttl;
    }
    open.push(...Object.values(value).filter(isSet));
  }
}
