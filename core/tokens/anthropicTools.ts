// What do tools add to a request to Claude? Their definitions, and a prompt of the provider's own that comes with them.
import { isObject, type JsonObject, listMember, member, textMember } from '../json/members.ts';
import { addJson } from './jsonTokens.ts';
import type { Tally } from './tally.ts';

/** Definitions go into the prompt in a form that is not published. */
const definitionErrorPercent = 35;
/** Of models whose figures are not published: about those of the latest that are (tool use overview, 2026-08). */
const assumedPrompt: readonly [number, number] = [350, 470];
const assumedPromptErrorPercent = 60;
const promptErrorPercent = 5;

/** Definitions of the provider's tools that you run: published for the first two, guessed for the rest. */
const definitionTokens: readonly (readonly [prefix: string, tokens: number, errorPercent: number])[] = [
  ['text_editor_', 700, 10],
  ['bash_', 245, 10],
  ['computer_toolset_', 1500, 100],
  ['browser_toolset_', 2500, 100],
  ['computer_', 735, 20],
  ['memory_', 500, 100],
  ['tool_search_', 300, 100],
];

/**
 * @param toolPrompt tokens of the provider's prompt where the model calls tools freely, and where one is forced.
 */
export function addClaudeTools(
  tally: Tally,
  body: JsonObject,
  toolPrompt: readonly [number, number] | undefined,
): void {
  const tools = listMember(body, 'tools').filter(isObject);
  if (tools.length === 0) return;
  const choice = textMember(body.tool_choice, 'type');
  const isForced = choice === 'any' || choice === 'tool';
  const [free, forced] = toolPrompt ?? assumedPrompt;
  tally.about(
    isForced ? forced : free,
    toolPrompt === undefined ? assumedPromptErrorPercent : promptErrorPercent,
  );
  for (const tool of tools) addTool(tally, tool);
}

function addTool(tally: Tally, tool: JsonObject): void {
  const type = textMember(tool, 'type') ?? 'custom';
  if (type === 'custom') {
    // Until a search finds it, it is no part of the prompt.
    if (tool.defer_loading !== true) addDefinition(tally, tool);
    return;
  }
  const known = definitionTokens.find(([prefix]) => type.startsWith(prefix));
  // The others run at the provider, and what they bring is billed as input: how much, nobody can say beforehand.
  if (known === undefined) tally.giveUp();
  else tally.about(known[1], known[2]);
}

function addDefinition(tally: Tally, tool: JsonObject): void {
  for (const key of ['name', 'description', 'input_schema', 'input_examples']) {
    const part = member(tool, key);
    if (part !== undefined && part !== null) addJson(tally, { [key]: part }, definitionErrorPercent);
  }
}
