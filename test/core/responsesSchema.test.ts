// Does the schema of /v1/responses take what OpenAI takes, and name a fault once and where it is?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import schema from '#schemas/openai/responses.json' with { type: 'json' };
import { type JsonObject, probe } from './schemaProbe.ts';

const verdictOf = probe(schema);

const ask = (fields: JsonObject): JsonObject => ({ model: 'gpt-5.4-mini', input: 'Hi', ...fields });
const given = (...input: readonly unknown[]): JsonObject => ({ model: 'gpt-5.4-mini', input });
const shown = (...content: readonly unknown[]): JsonObject => given({ role: 'user', content });
const tooled = (...tools: readonly unknown[]): JsonObject => ask({ tools });

const parameters = { type: 'object', properties: { city: { type: 'string' } }, additionalProperties: false };
const weather = { type: 'function', name: 'get_weather', parameters, strict: true };
const png = 'data:image/png;base64,iVBORw0KGgo=';
const outputText = { type: 'output_text', text: 'Hello!', annotations: [], logprobs: [] };

const valid: Readonly<Record<string, JsonObject>> = {
  'a text': ask({}),
  'instructions and a limit': ask({ instructions: 'Be brief.', max_output_tokens: 16, temperature: 0 }),
  'a stored prompt': {
    model: 'gpt-5.4',
    prompt: {
      id: 'pmpt_1',
      version: '2',
      variables: { name: 'Ann', photo: { type: 'input_image', image_url: png }, none: '' },
    },
  },
  'an earlier response': { model: 'gpt-5.4', previous_response_id: 'resp_1' },
  'a conversation by id': { model: 'gpt-5.4', conversation: 'conv_1' },
  'a conversation as an object': ask({ conversation: { id: 'conv_1' } }),
  'messages without a type': given(
    { role: 'developer', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello!', phase: 'final_answer' },
  ),
  'a message with its type': given({ type: 'message', role: 'user', content: 'Hi', status: 'completed' }),
  'no item': given(),
  parts: shown(
    { type: 'input_text', text: 'Compare.' },
    { type: 'input_image', image_url: 'https://example.com/a.png' },
    { type: 'input_image', file_id: 'file-1', detail: 'high', image_url: null },
    { type: 'input_file', file_id: 'file-2' },
    { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBE', detail: 'low' },
    { type: 'input_file', file_url: 'https://example.com/a.pdf' },
  ),
  'a cache breakpoint': shown({
    type: 'input_text',
    text: 'long start',
    prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' },
  }),
  'an answer sent back as it came': given(
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [outputText],
      phase: null,
    },
    { type: 'message', id: 'msg_2', role: 'assistant', status: 'completed', content: [], unheard_of: 1 },
  ),
  'an answer written by hand': given({
    role: 'assistant',
    content: [
      { type: 'output_text', text: 'Hello!' },
      { type: 'refusal', refusal: 'No.' },
    ],
  }),
  'function call and output': given(
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA', status: null },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{}', status: 'completed' },
    { type: 'function_call_output', call_id: 'call_1', output: '21' },
  ),
  'function output in parts': given({
    type: 'function_call_output',
    call_id: 'call_1',
    output: [
      { type: 'input_text', text: 'see' },
      { type: 'input_image', image_url: png, detail: null },
      { type: 'input_file', file_id: 'file-1' },
    ],
  }),
  'custom call and output': given(
    { type: 'custom_tool_call', call_id: 'c', name: 'run', input: 'ls', caller: { type: 'direct' } },
    { type: 'custom_tool_call_output', call_id: 'c', output: 'a' },
  ),
  'reasoning with text': given({
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: 'I thought.' }],
    content: [{ type: 'reasoning_text', text: 'Hm.' }],
  }),
  references: given({ type: 'item_reference', id: 'msg_1' }, { id: 'msg_2' }, { type: null, id: 'msg_3' }),
  'calls of built-in tools': given(
    { type: 'file_search_call', id: 'fs', queries: ['a'], status: 'completed', results: [{ score: 0.5 }] },
    { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'a' } },
    { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'open_page', url: null } },
    {
      type: 'code_interpreter_call',
      id: 'ci',
      code: '1',
      container_id: 'cntr_1',
      outputs: null,
      status: 'completed',
    },
    { type: 'image_generation_call', id: 'ig_1' },
    { type: 'image_generation_call', id: 'ig_1', result: 'aGk=', status: 'completed', size: '1024x1024' },
  ),
  'use of a computer': given(
    {
      type: 'computer_call',
      id: 'cu_1',
      call_id: 'call_1',
      action: { type: 'click', button: 'left', x: 1, y: 2 },
      pending_safety_checks: [],
      status: 'completed',
    },
    {
      type: 'computer_call_output',
      call_id: 'call_1',
      output: { type: 'computer_screenshot', image_url: png },
      acknowledged_safety_checks: [{ id: 'cu_sc_1' }],
    },
  ),
  'commands and patches': given(
    {
      type: 'local_shell_call',
      id: 'ls',
      call_id: 'c',
      status: 'completed',
      action: { type: 'exec', command: ['ls'], env: {} },
    },
    { type: 'local_shell_call_output', id: 'ls', output: '{}' },
    { type: 'shell_call', call_id: 'c', action: { commands: ['ls'], timeout_ms: 1000 } },
    {
      type: 'shell_call_output',
      call_id: 'c',
      output: [{ stdout: 'a', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
    },
    {
      type: 'apply_patch_call',
      call_id: 'c',
      status: 'completed',
      operation: { type: 'delete_file', path: 'a' },
    },
    { type: 'apply_patch_call_output', call_id: 'c', status: 'failed', output: 'no such file' },
  ),
  'an MCP server at work': given(
    { type: 'mcp_list_tools', id: 'm', server_label: 's', tools: [{ name: 't', input_schema: {} }] },
    { type: 'mcp_approval_request', id: 'm', server_label: 's', name: 't', arguments: '{}' },
    { type: 'mcp_approval_response', approval_request_id: 'm', approve: true, reason: null },
    { type: 'mcp_call', id: 'm', server_label: 's', name: 't', arguments: '{}', output: 'x', error: null },
  ),
  'tools found on the way': given(
    { type: 'tool_search_call', arguments: { query: 'crm' }, execution: 'server' },
    { type: 'tool_search_output', tools: [weather] },
    { type: 'additional_tools', role: 'developer', tools: [weather] },
  ),
  'items about the context': given(
    { type: 'configuration_update', reasoning: { effort: 'high' }, text: { format: { type: 'text' } } },
    { type: 'compaction', encrypted_content: 'gAAAA' },
    { type: 'program', id: 'p', call_id: 'c', code: '1', fingerprint: 'f' },
    { type: 'program_output', id: 'p', call_id: 'c', result: '1', status: 'completed' },
    { type: 'compaction_trigger' },
  ),
  reasoning: ask({
    reasoning: { effort: 'max', summary: 'auto', context: 'all_turns', mode: 'pro', generate_summary: null },
  }),
  'reasoning without effort': ask({ reasoning: { effort: null } }),
  'format text': ask({ text: { format: { type: 'text' }, verbosity: 'high' } }),
  'format JSON': ask({ text: { format: { type: 'json_object' } } }),
  'format schema': ask({
    text: {
      format: { type: 'json_schema', name: 'place', schema: parameters, strict: true, description: '' },
    },
  }),
  'a function': tooled(weather),
  'a function with little': tooled({ type: 'function', name: 'f' }),
  'a function with everything': tooled({
    ...weather,
    description: null,
    output_schema: { type: 'string' },
    allowed_callers: ['direct', 'programmatic'],
    async: true,
    defer_loading: true,
  }),
  'custom tools': tooled(
    { type: 'custom', name: 'run' },
    { type: 'custom', name: 'sum', format: { type: 'grammar', syntax: 'regex', definition: '[0-9]+' } },
  ),
  'a namespace': tooled({ type: 'namespace', name: 'crm', description: 'd', tools: [weather] }),
  'web search': tooled(
    { type: 'web_search' },
    {
      type: 'web_search_2025_08_26',
      filters: { allowed_domains: ['example.com'] },
      user_location: { type: 'approximate', country: 'NL', city: null },
      search_context_size: 'low',
      external_web_access: false,
    },
    { type: 'web_search_preview', search_content_types: ['text'], user_location: null },
  ),
  'file search': tooled({
    type: 'file_search',
    vector_store_ids: ['vs_1'],
    max_num_results: 50,
    ranking_options: {
      ranker: 'auto',
      score_threshold: 0.5,
      hybrid_search: { embedding_weight: 1, text_weight: 0 },
    },
    filters: {
      type: 'and',
      filters: [
        { type: 'in', key: 'year', value: [2025, '2026'] },
        { type: 'or', filters: [{ type: 'eq', key: 'draft', value: false }] },
      ],
    },
  }),
  'MCP servers': tooled(
    { type: 'mcp', server_label: 's', server_url: 'https://example.com/mcp', require_approval: 'never' },
    {
      type: 'mcp',
      server_label: 's',
      connector_id: 'connector_gmail',
      authorization: 'token',
      headers: { 'X-Any': '1' },
      allowed_tools: ['a'],
      require_approval: { always: { tool_names: ['b'] }, never: { read_only: true } },
    },
    { type: 'mcp', server_label: 's', tunnel_id: 't', allowed_tools: { read_only: true } },
  ),
  'code interpreters': tooled(
    { type: 'code_interpreter', container: 'cntr_1' },
    { type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-1'], memory_limit: '4g' } },
    {
      type: 'code_interpreter',
      container: { type: 'auto', network_policy: { type: 'allowlist', allowed_domains: ['a.com'] } },
    },
  ),
  'image generation': tooled({
    type: 'image_generation',
    model: 'gpt-image-9',
    size: '1536x864',
    quality: 'xhigh',
    background: 'transparent',
    output_format: 'webp',
    output_compression: 90,
    input_fidelity: null,
    input_image_mask: { file_id: 'file-1' },
  }),
  'computers and shells': tooled(
    { type: 'computer' },
    { type: 'computer_use_preview', display_width: 1024, display_height: 768, environment: 'browser' },
    { type: 'local_shell' },
    { type: 'shell', environment: { type: 'local', skills: [{ name: 'n', description: 'd', path: 'p' }] } },
    { type: 'shell', environment: { type: 'container_reference', container_id: 'cntr_1' } },
    {
      type: 'shell',
      environment: {
        type: 'container_auto',
        skills: [
          { type: 'skill_reference', skill_id: 'skill_1' },
          {
            type: 'inline',
            name: 'n',
            description: 'd',
            source: { type: 'base64', media_type: 'application/zip', data: 'UEs=' },
          },
        ],
      },
    },
    { type: 'apply_patch' },
  ),
  'tools about tools': tooled({ type: 'tool_search' }, { type: 'programmatic_tool_calling' }),
  'no tool': tooled(),
  'choice in a word': ask({ tools: [weather], tool_choice: 'required' }),
  'choice by name': ask({ tools: [weather], tool_choice: { type: 'function', name: 'get_weather' } }),
  'choice of a built-in tool': ask({ tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' } }),
  'choice of an MCP tool': ask({ tool_choice: { type: 'mcp', server_label: 's', name: null } }),
  'choice among some': ask({
    tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'mcp', server_label: 's' }] },
  }),
  include: ask({ include: ['reasoning.encrypted_content', 'message.output_text.logprobs'], top_logprobs: 5 }),
  'context management': ask({ context_management: [{ type: 'compaction', compact_threshold: 200_000 }] }),
  caching: ask({
    prompt_cache_key: 'k',
    prompt_cache_options: { mode: 'implicit', ttl: '12h', prewarm: true, comparison_response_id: null },
    prompt_cache_retention: 'in_memory',
  }),
  'the rest': ask({
    access_programs: { cyber: 'standard' },
    background: false,
    image: { context_compression: 'auto' },
    max_tool_calls: 3,
    metadata: { run: '7' },
    moderation: { model: 'omni-moderation-latest' },
    safety_identifier: 's',
    service_tier: 'ultrafast',
    store: false,
    truncation: 'auto',
    user: 'u',
  }),
  'everything nullable is null': ask(
    Object.fromEntries(
      ['background', 'context_management', 'conversation', 'include', 'instructions', 'max_output_tokens']
        .concat(['max_tool_calls', 'metadata', 'moderation', 'parallel_tool_calls', 'previous_response_id'])
        .concat(['prompt', 'prompt_cache_key', 'prompt_cache_retention', 'reasoning', 'safety_identifier'])
        .concat(['service_tier', 'store', 'stream', 'stream_options', 'temperature', 'top_logprobs'])
        .concat(['top_p', 'truncation'])
        .map((name) => [name, null]),
    ),
  ),
};

const faults: readonly (readonly [name: string, body: unknown, ...verdict: string[]])[] = [
  ['no model', { input: 'Hi' }, 'required model'],
  ['no input', { model: 'm', instructions: 'Be brief.' }, 'required input'],
  ['input is a number', ask({ input: 1 }), '/input type'],
  ['input is one item', ask({ input: { role: 'user', content: 'Hi' } }), '/input type'],
  ['an item is a text', given('Hi'), '/input/0 type'],
  ['unknown item', given({ type: 'text', text: 'Hi' }), '/input/0 discriminator'],
  ['item type is a number', given({ type: 1 }), '/input/0 discriminator'],
  ['no role', given({ content: 'Hi' }), '/input/0 discriminator'],
  ['unknown role', given({ role: 'tool', content: 'Hi' }), '/input/0 discriminator'],
  ['typed, unknown role', given({ type: 'message', role: 'tool', content: '' }), '/input/0 discriminator'],
  ['no content', given({ role: 'user' }), '/input/0 required content'],
  ['null content', given({ role: 'user', content: null }), '/input/0/content type'],
  [
    'field of a message',
    given({ role: 'user', content: '', name: 'a' }),
    '/input/0 additionalProperties name',
  ],
  ['part of chat', shown({ type: 'text', text: 'Hi' }), '/input/0/content/0 discriminator'],
  ['part without type', shown({ text: 'Hi' }), '/input/0/content/0 discriminator'],
  ['output from a user', shown(outputText), '/input/0/content/0 discriminator'],
  [
    'address in an object',
    shown({ type: 'input_image', image_url: { url: png } }),
    '/input/0/content/0/image_url type',
  ],
  ['detail', shown({ type: 'input_image', file_id: 'f', detail: 'max' }), '/input/0/content/0/detail enum'],
  ['image of nothing', shown({ type: 'input_image', image_url: null }), '/input/0/content/0 needsOneOf'],
  ['file of nothing', shown({ type: 'input_file', filename: 'a.pdf' }), '/input/0/content/0 needsOneOf'],
  ['server of nothing', tooled({ type: 'mcp', server_label: 's' }), '/tools/0 needsOneOf'],
  [
    'typed message, wrong part',
    given({ type: 'message', role: 'user', content: [{ type: 'input_text' }] }),
    '/input/0/content/0 required text',
  ],
  [
    'arguments as an object',
    given({ type: 'function_call', call_id: 'c', name: 'f', arguments: {} }),
    '/input/0/arguments type',
  ],
  [
    'call without id',
    given({ type: 'function_call', name: 'f', arguments: '' }),
    '/input/0 required call_id',
  ],
  ['output of nothing', given({ type: 'function_call_output', call_id: 'c' }), '/input/0 required output'],
  [
    'id as in chat',
    given({ type: 'function_call_output', tool_call_id: 'c', output: '' }),
    '/input/0 additionalProperties tool_call_id',
  ],
  ['output as an object', given({ type: 'function_call_output', output: {} }), '/input/0/output type'],
  ['reasoning without summary', given({ type: 'reasoning', id: 'r' }), '/input/0 required summary'],
  ['reference without id', given({ type: 'item_reference' }), '/input/0 required id'],
  ['instructions as a list', ask({ instructions: ['Be brief.'] }), '/instructions type'],
  ['too few tokens', ask({ max_output_tokens: 15 }), '/max_output_tokens minimum'],
  ['too hot', ask({ temperature: 3 }), '/temperature maximum'],
  ['reasoning as a text', ask({ reasoning: 'high' }), '/reasoning type'],
  ['effort', ask({ reasoning: { effort: 'extreme' } }), '/reasoning/effort enum'],
  ['field of reasoning', ask({ reasoning: { budget: 1 } }), '/reasoning additionalProperties budget'],
  ['text as a text', ask({ text: 'json' }), '/text type'],
  ['format unknown', ask({ text: { format: { type: 'json' } } }), '/text/format discriminator'],
  [
    'format without schema',
    ask({ text: { format: { type: 'json_schema', name: 'a' } } }),
    '/text/format required schema',
  ],
  ['verbosity', ask({ text: { verbosity: 'loud' } }), '/text/verbosity enum'],
  ['tools as an object', ask({ tools: weather }), '/tools type'],
  ['unknown tool', tooled({ type: 'web' }), '/tools/0 discriminator'],
  ['tool without type', tooled({ name: 'f' }), '/tools/0 discriminator'],
  ['function name', tooled({ type: 'function', name: 'get weather' }), '/tools/0/name pattern'],
  [
    'tool in the form of chat',
    tooled({ type: 'function', function: { name: 'f' } }),
    '/tools/0 required name',
    '/tools/0 additionalProperties function',
  ],
  ['parameters as a text', tooled({ ...weather, parameters: '{}' }), '/tools/0/parameters type'],
  ['setting of a plain tool', tooled({ type: 'computer', x: 1 }), '/tools/0 additionalProperties x'],
  ['no vector store', tooled({ type: 'file_search' }), '/tools/0 required vector_store_ids'],
  [
    'results',
    tooled({ type: 'file_search', vector_store_ids: [], max_num_results: 51 }),
    '/tools/0/max_num_results maximum',
  ],
  [
    'deep filter',
    tooled({
      type: 'file_search',
      vector_store_ids: [],
      filters: { type: 'and', filters: [{ type: 'eq', key: 1, value: 1 }] },
    }),
    '/tools/0/filters/filters/0/key type',
  ],
  [
    'approval',
    tooled({ type: 'mcp', server_label: 's', tunnel_id: 't', require_approval: 'no' }),
    '/tools/0/require_approval enum',
  ],
  ['no container', tooled({ type: 'code_interpreter' }), '/tools/0 required container'],
  ['quality', tooled({ type: 'image_generation', quality: 'hd' }), '/tools/0/quality enum'],
  ['choice', ask({ tool_choice: 'any' }), '/tool_choice enum'],
  ['choice without name', ask({ tool_choice: { type: 'function' } }), '/tool_choice required name'],
  ['choice unknown', ask({ tool_choice: { type: 'tool' } }), '/tool_choice discriminator'],
  ['include', ask({ include: ['usage'] }), '/include/0 enum'],
  ['include as a text', ask({ include: 'usage' }), '/include type'],
  ['variable', ask({ prompt: { id: 'p', variables: { n: 1 } } }), '/prompt/variables/n type'],
  ['metadata value', ask({ metadata: { a: true } }), '/metadata/a type'],
  ['tier', ask({ service_tier: 'batch' }), '/service_tier enum'],
  ['field of chat', ask({ response_format: {} }), 'additionalProperties response_format'],
  ['messages for input', { model: 'm', messages: [] }, 'required input', 'additionalProperties messages'],
];

test('takes valid response requests', () => {
  assert.ok(Object.keys(valid).length >= 40);
  for (const [name, body] of Object.entries(valid)) assert.deepEqual(verdictOf(body), [], name);
});

test('names each fault of a response request once, where it is', () => {
  for (const [name, body, ...verdict] of faults) {
    assert.deepEqual([...verdictOf(body)].sort(), verdict.sort(), name);
  }
});

test('says nothing about stream, which is for notInBatch to say', () => {
  assert.deepEqual(verdictOf(ask({ stream: true, stream_options: { include_obfuscation: true } })), []);
  assert.equal(typeof schema.properties.stream.notInBatch, 'string');
  assert.equal(typeof schema.properties.stream_options.notInBatch, 'string');
});
