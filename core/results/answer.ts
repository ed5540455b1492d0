// What did the model answer, and why did it stop? For the bodies of every endpoint that batches.
import { isObject, isPresent, member } from '../json/members.ts';
import type { FinishReason, RowNote } from '../result.ts';
import { readMessage } from './anthropic.ts';
import { items, words } from './fields.ts';
import { type Answer, noteOf } from './note.ts';
import { describeVectors, describeVerdicts } from './wordless.ts';

/** OpenAI's words, and those gateways pass through from other providers. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['eos', 'stop'],
  ['length', 'length'],
  // Mistral: the model's window is full.
  ['model_length', 'length'],
  ['max_tokens', 'length'],
  ['max_output_tokens', 'length'],
  ['tool_calls', 'tool_calls'],
  ['tool_use', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
  ['refusal', 'refusal'],
]);

/** Output items that ask the caller to do something; hosted tools (web search …) have run already. */
const pendingCalls: ReadonlySet<unknown> = new Set([
  'function_call',
  'custom_tool_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'mcp_approval_request',
]);

/** Output items in which nothing is said to the caller: thought, and hosted tools that have run. */
const silentItems: ReadonlySet<unknown> = new Set([
  'message',
  'reasoning',
  'compaction',
  'web_search_call',
  'file_search_call',
  'tool_search_call',
  'code_interpreter_call',
  'mcp_call',
  'mcp_list_tools',
]);

/** Words of gateways and servers of models for an answer that broke off (Mistral, vLLM, OpenRouter, DeepSeek). */
const brokenEnds: ReadonlySet<string> = new Set(['error', 'abort', 'insufficient_system_resource']);

/** In capitals where Gemini's own words are handed through; its filter with a word more: "content_filter: SAFETY". */
function normalise(reason: unknown): FinishReason | null {
  const word = words(reason)?.toLowerCase().split(':', 1)[0];
  return word === undefined ? null : (finishReasons.get(word) ?? 'other');
}

/** The answer in a successful body; text and reason are null for a body of no known kind. */
export function readAnswer(body: unknown): Answer {
  if (Array.isArray(member(body, 'choices'))) return readChoice(items(member(body, 'choices'))[0]);
  if (Array.isArray(member(body, 'output'))) return readOutput(body);
  // Gateways take requests for Anthropic's endpoint in OpenAI's lines, too (Doubleword, 2026-08).
  if (member(body, 'type') === 'message' && Array.isArray(member(body, 'content'))) return readMessage(body);
  const text = describeVectors(body) ?? describeVerdicts(body);
  return { text, finishReason: null, note: text === null && hasNothing(body) ? nothing : null };
}

const nothing: RowNote = { code: 'empty', message: 'There is nothing in the answer; look at the response.' };

/** Of images and vectors not one; or a body without a member. */
function hasNothing(body: unknown): boolean {
  const data = member(body, 'data');
  return Array.isArray(data) ? data.length === 0 : isObject(body) && Object.keys(body).length === 0;
}

/** The first choice: of several (n above 1, or several prompts of a completion) the others stay in the response. */
function readChoice(choice: unknown): Answer {
  const message = member(choice, 'message');
  const said = textOf(member(message, 'content')) ?? textOf(member(choice, 'text'));
  const refusal = words(member(message, 'refusal'));
  const word = words(member(choice, 'finish_reason'));
  const reason = normalise(word);
  if (refusal !== null && (said === null || said === '')) {
    const finishReason = reason === 'content_filter' ? reason : 'refusal';
    return { text: refusal, finishReason, note: noteOf({ text: refusal, finishReason, hasMore: false }) };
  }
  const hasMore =
    items(member(message, 'tool_calls')).length > 0 ||
    ['function_call', 'audio', 'images'].some((name) => isPresent(member(message, name)));
  const isBroken = brokenEnds.has(word ?? '');
  return {
    text: said,
    finishReason: reason,
    note: noteOf({ text: said, finishReason: reason, hasMore, word, isBroken }),
  };
}

/** Content is a string, or parts of which those with a text count. */
function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  return join(items(content), (part) => member(part, 'text'));
}

function join(parts: readonly unknown[], read: (part: unknown) => unknown): string | null {
  const texts = parts.map(read).filter((text) => typeof text === 'string');
  return texts.length === 0 ? null : texts.join('');
}

/** As the SDK's `output_text`: the output_text parts of the messages, joined without a separator. */
function readOutput(body: unknown): Answer {
  const output = items(member(body, 'output'));
  const parts = messagesOf(output).flatMap((message) => items(member(message, 'content')));
  const ofType = (type: string): readonly unknown[] => parts.filter((part) => member(part, 'type') === type);
  const said = join(ofType('output_text'), (part) => member(part, 'text'));
  const refusal = join(ofType('refusal'), (part) => member(part, 'refusal'));
  const refused = refusal !== null && (said === null || said === '');
  const text = refused ? refusal : said;
  const finishReason = reasonOf(body, output, refused);
  const hasMore = output.some((item) => !silentItems.has(member(item, 'type')));
  const note = noteOf({ text, finishReason, hasMore });
  return { text, finishReason, note: finishReason === 'other' ? incomplete : note };
}

/** For another reason than those that are known, or for none that is said. */
const incomplete: RowNote = {
  code: 'truncated',
  message: 'The provider says that the answer is incomplete, and not why; look at the response.',
};

/** What is said on the way to the answer (`phase`, gpt-5.3-codex and later) is none, unless nothing else is said. */
function messagesOf(output: readonly unknown[]): readonly unknown[] {
  const messages = output.filter((item) => member(item, 'type') === 'message');
  const answers = messages.filter((message) => member(message, 'phase') !== 'commentary');
  return answers.length > 0 ? answers : messages;
}

function reasonOf(body: unknown, output: readonly unknown[], refused: boolean): FinishReason | null {
  const status = member(body, 'status');
  if (status === 'incomplete') {
    return normalise(member(member(body, 'incomplete_details'), 'reason')) ?? 'other';
  }
  if (refused) return 'refusal';
  if (output.some((item) => pendingCalls.has(member(item, 'type')))) return 'tool_calls';
  return status === 'completed' ? 'stop' : null;
}
