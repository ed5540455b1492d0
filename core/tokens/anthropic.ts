// How many input tokens does Claude take a request for? No tokenizer is public: texts by the ratio of the model's
// generation to a public encoding, the rest by what is published; always an estimate.
import { hasMember, isObject, type JsonObject, listMember, member, textMember } from '../json/members.ts';
import { findModel } from '../models/models.ts';
import { claudeImageTokens } from './anthropicImages.ts';
import { addClaudeTools } from './anthropicTools.ts';
import { addJson } from './jsonTokens.ts';
import { cachedPrefix, type SharedPrefix } from './sharedPrefix.ts';
import type { Tally } from './tally.ts';

/** Judged from counts that the token counting page shows (2026-08): 14 tokens for two short texts. */
const perMessage = 4;
const perRequest = 3;
const framingErrorPercent = 50;
const perToolUse = 20;
const perToolResult = 15;
const inputErrorPercent = 30;
const formatErrorPercent = 40;

/** A page of a PDF is read as text, 1,500 to 3,000 tokens, and as an image (PDF support page). */
const textTokensPerPage = 2250;
const bytesPerPage = 75_000;
/** Thinking comes back encrypted: about so many tokens for each character of base64. */
const tokensPerEncryptedCharacter = 0.19;

interface ClaudeWalk {
  readonly tally: Tally;
  readonly seesLarge: boolean;
  /** Of blocks within blocks. */
  readonly depth: number;
}

/** Deeper blocks than anybody may write are left out. */
const deepestBlock = 8;

export function walkMessages(body: JsonObject, tally: Tally, modelId: string | null): SharedPrefix | null {
  const params = modelId === null ? undefined : findModel(modelId, 'anthropic')?.params;
  const walk: ClaudeWalk = { tally, seesLarge: params?.largeImages === true, depth: 0 };
  // What servers, skills and a thread bring is not in the request.
  const elsewhere = ['mcp_servers', 'thread'].some((key) => hasMember(body, key));
  if (elsewhere || hasMember(body.container, 'skills')) tally.giveUp();
  const opening = cachedPrefix(tally, [member(body, 'tools'), member(body.output_config, 'format')]);
  addClaudeTools(tally, body, params?.toolPrompt);
  opening.beforeMessage('system');
  addContent(walk, member(body, 'system'));
  opening.afterMessage(member(body, 'system') ?? '');
  for (const message of listMember(body, 'messages')) {
    if (!isObject(message)) continue;
    // A system message in the midst of a conversation belongs to it.
    opening.beforeMessage('user');
    tally.about(perMessage, framingErrorPercent);
    addContent(walk, member(message, 'content'));
  }
  tally.about(perRequest, framingErrorPercent);
  const format = member(body.output_config, 'format') ?? member(body, 'output_format');
  if (isObject(format)) addJson(tally, member(format, 'schema'), formatErrorPercent);
  return opening.result();
}

function addContent(walk: ClaudeWalk, content: unknown): void {
  if (typeof content === 'string') walk.tally.text(content);
  else if (Array.isArray(content)) for (const block of content) addBlock(walk, block);
}

const inside = (walk: ClaudeWalk): ClaudeWalk => ({ ...walk, depth: walk.depth + 1 });

function addBlock(walk: ClaudeWalk, block: unknown): void {
  if (!isObject(block) || walk.depth > deepestBlock) return;
  const { tally } = walk;
  switch (textMember(block, 'type')) {
    case 'text':
      tally.text(textMember(block, 'text') ?? '');
      break;
    case 'image':
      addImage(walk, block.source);
      break;
    case 'document':
      addDocument(walk, block);
      break;
    case 'search_result':
      tally.text(textMember(block, 'title') ?? '');
      tally.text(textMember(block, 'source') ?? '');
      addContent(inside(walk), block.content);
      break;
    case 'thinking':
    case 'redacted_thinking':
      addThinking(tally, block);
      break;
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      tally.about(perToolUse, framingErrorPercent);
      tally.textAbout(textMember(block, 'name') ?? '', inputErrorPercent);
      addJson(tally, block.input, inputErrorPercent);
      break;
    case 'tool_result':
    case 'mcp_tool_result':
      tally.about(perToolResult, framingErrorPercent);
      addContent(inside(walk), block.content);
      break;
    default:
      addOther(walk, block);
  }
}

function addImage({ tally, seesLarge }: ClaudeWalk, source: unknown): void {
  const { tokens, errorPercent } = claudeImageTokens(textMember(source, 'data'), seesLarge);
  tally.about(tokens, errorPercent);
}

function addDocument(walk: ClaudeWalk, block: JsonObject): void {
  const { tally, seesLarge } = walk;
  tally.text(textMember(block, 'title') ?? '');
  tally.text(textMember(block, 'context') ?? '');
  const { source } = block;
  switch (textMember(source, 'type')) {
    case 'text':
      tally.text(textMember(source, 'data') ?? '');
      break;
    case 'content':
      addContent(inside(walk), member(source, 'content'));
      break;
    case 'base64': {
      const sizeBytes = ((textMember(source, 'data') ?? '').length * 3) / 4;
      const pages = Math.max(1, Math.round(sizeBytes / bytesPerPage));
      tally.addition(pages * (textTokensPerPage + claudeImageTokens(null, seesLarge).tokens));
      break;
    }
    default:
      // Somewhere else, and nobody knows how long.
      tally.giveUp();
  }
}

/** Whether thinking of earlier turns is read again, and so billed, depends on the model. */
function addThinking(tally: Tally, block: JsonObject): void {
  const text = textMember(block, 'thinking') ?? '';
  const encrypted = textMember(block, 'data') ?? textMember(block, 'signature') ?? '';
  if (text === '') tally.addition(encrypted.length * tokensPerEncryptedCharacter);
  else tally.textAbout(text, 100);
}

/** What the provider's tools returned: parts of it are encrypted. */
function addOther(walk: ClaudeWalk, block: JsonObject): void {
  const { tally } = walk;
  const results = listMember(block, 'content');
  if (textMember(block, 'type') === 'web_search_tool_result' && results.length > 0) {
    for (const result of results) {
      tally.text(textMember(result, 'title') ?? '');
      tally.text(textMember(result, 'url') ?? '');
      const encrypted = textMember(result, 'encrypted_content') ?? '';
      tally.addition(encrypted.length * tokensPerEncryptedCharacter);
    }
  } else if (isObject(block.content) && isObject(block.content.content)) {
    // A page that was fetched.
    addBlock(inside(walk), block.content.content);
  } else {
    addJson(tally, block, 50);
  }
}
