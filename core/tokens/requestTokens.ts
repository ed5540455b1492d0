// How many input tokens will this request be billed for? Message texts with their framing, tools, images, schemas.

import { embedContent, generateContent } from '../dialects/gemini.ts';
import { hasMember, isObject, type JsonObject, listMember, member, textMember } from '../json/members.ts';
import type { Tokenizer } from '../models/catalogue.ts';
import { walkMessages } from './anthropic.ts';
import { addCall, addContent, addToolCalls } from './content.ts';
import type { TokenCounter } from './counter.ts';
import { walkEmbed, walkGenerate } from './gemini.ts';
import { walkImages } from './imageRequests.ts';
import { addJson } from './jsonTokens.ts';
import { walkCompletions, walkEmbeddings, walkModerations } from './plainInput.ts';
import { cachedPrefix, type SharedPrefix } from './sharedPrefix.ts';
import { type InputTokens, Tally } from './tally.ts';
import { addResponseFormat, addTools } from './tools.ts';

/**
 * Framing of the OpenAI cookbook ("How to count tokens with tiktoken"): per message, its role and content beside; per
 * name; and once for the start of the reply. Documented for chat; responses are billed alike in what was compared.
 */
const perMessage = 3;
const perName = 1;
const perReply = 3;

export interface CountedRequest extends InputTokens {
  /** The opening messages, when they are long enough for prompt caching. */
  readonly prefix: SharedPrefix | null;
}

/** What is needed to count a request. */
export interface CountingTools {
  readonly counter: TokenCounter;
  readonly tokenizer: Tokenizer;
  /** The catalogue's id of the model, or null. */
  readonly modelId: string | null;
}

type Walk = (body: JsonObject, tally: Tally, modelId: string | null) => SharedPrefix | null;

/** By the url of the line; other endpoints are not counted yet. */
const walks: ReadonlyMap<string, Walk> = new Map([
  ['/v1/chat/completions', walkChat],
  ['/v1/responses', walkResponses],
  ['/v1/embeddings', walkEmbeddings],
  ['/v1/completions', walkCompletions],
  ['/v1/moderations', walkModerations],
  ['/v1/images/generations', walkImages],
  ['/v1/images/edits', walkImages],
  ['/v1/messages', walkMessages],
  [generateContent, walkGenerate],
  [embedContent, walkEmbed],
]);

const unknown: CountedRequest = { tokens: null, method: 'unknown', errorPercent: null, prefix: null };

/** Never throws, whatever the body is. */
export function countRequest(
  url: string | null,
  body: unknown,
  { counter, tokenizer, modelId }: CountingTools,
): CountedRequest {
  const walk = url === null ? undefined : walks.get(url);
  if (walk === undefined || !isObject(body)) return unknown;
  const tally = new Tally(counter, tokenizer);
  const prefix = walk(body, tally, modelId);
  return { ...tally.result(), prefix };
}

function walkChat(body: JsonObject, tally: Tally, modelId: string | null): SharedPrefix | null {
  const head = ['tools', 'functions', 'response_format'].map((key) => member(body, key));
  const opening = cachedPrefix(tally, head);
  for (const message of listMember(body, 'messages')) {
    if (!isObject(message)) continue;
    const role = textMember(message, 'role') ?? '';
    opening.beforeMessage(role);
    addMessage(tally, message, role, modelId);
    opening.afterMessage(member(message, 'content'));
  }
  tally.framing(perReply);
  addTools(tally, body);
  addResponseFormat(tally, member(body, 'response_format'));
  return opening.result();
}

function addMessage(tally: Tally, message: JsonObject, role: string, modelId: string | null): void {
  tally.framing(perMessage);
  tally.text(role);
  addContent(tally, member(message, 'content'), modelId);
  const name = textMember(message, 'name');
  if (name !== null) {
    tally.text(name);
    tally.framing(perName);
  }
  addToolCalls(tally, message);
  // Answers of tools are tied to their calls in a way that is not documented.
  if (role === 'tool' || role === 'function') tally.about(0, 0);
  tally.text(textMember(message, 'refusal') ?? '');
}

function walkResponses(body: JsonObject, tally: Tally, modelId: string | null): SharedPrefix | null {
  // What a stored conversation, response or prompt adds is not in the request.
  if (['previous_response_id', 'conversation', 'prompt'].some((key) => hasMember(body, key))) tally.giveUp();
  const opening = cachedPrefix(tally, [member(body, 'tools'), member(member(body, 'text'), 'format')]);
  const instructions = textMember(body, 'instructions');
  if (instructions !== null) {
    opening.beforeMessage('developer');
    addMessage(tally, { content: instructions }, 'developer', modelId);
    opening.afterMessage(instructions);
  }
  const input = member(body, 'input');
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  for (const item of Array.isArray(items) ? items : []) {
    opening.beforeMessage(textMember(item, 'role') ?? '');
    addItem(tally, item, modelId);
    opening.afterMessage(member(item, 'content'));
  }
  tally.framing(perReply);
  addTools(tally, body);
  addResponseFormat(tally, member(member(body, 'text'), 'format'));
  return opening.result();
}

function addItem(tally: Tally, item: unknown, modelId: string | null): void {
  if (!isObject(item)) return;
  switch (textMember(item, 'type') ?? 'message') {
    case 'message':
      addMessage(tally, item, textMember(item, 'role') ?? '', modelId);
      break;
    case 'function_call':
    case 'custom_tool_call':
      addCall(tally, textMember(item, 'name'), textMember(item, 'arguments') ?? textMember(item, 'input'));
      break;
    case 'function_call_output':
    case 'custom_tool_call_output':
      tally.about(perMessage + 1, 50);
      addContent(tally, member(item, 'output'), modelId);
      break;
    case 'item_reference':
      tally.giveUp();
      break;
    case 'reasoning':
      // Encrypted reasoning is billed by what it was before encryption, which nobody outside can see.
      if (hasMember(item, 'encrypted_content')) tally.giveUp();
      addJson(tally, member(item, 'summary'), 100);
      break;
    default:
      addJson(tally, item, 50);
  }
}
