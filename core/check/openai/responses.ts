// Which fields of a response request need or exclude each other?

import { adding, removing } from '../../fix/fix.ts';
import { isObject, isPresent, type JsonObject } from '../../json/members.ts';
import type { BodyUse } from '../bodyRule.ts';
import { nameOf } from '../bodyWords.ts';
import { at, type Finding } from '../finding.ts';
import { checkImageOptions } from './imageOptions.ts';

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 50;

export function checkResponses({ body }: BodyUse): readonly Finding[] {
  const findings: Finding[] = [];
  checkConversation(body, findings);
  checkLogprobs(body, findings);
  checkBackground(body, findings);
  checkItems(body, findings);
  checkBareChoice(body, findings);
  if (Array.isArray(body.tools)) {
    for (const [index, tool] of body.tools.entries()) {
      if (findings.length >= mostFindings) break;
      checkTool(tool, ['tools', String(index)], findings);
    }
    checkSearch(body, body.tools, findings);
  }
  return findings;
}

/** openai SDK 7.55: "Cannot be used in conjunction with `conversation`." */
function checkConversation(body: JsonObject, findings: Finding[]): void {
  if (!isPresent(body.conversation) || !isPresent(body.previous_response_id)) return;
  const message = 'previous_response_id and conversation exclude each other; keep one.';
  const fixes = [removing(['previous_response_id']), removing(['conversation'])];
  findings.push({ code: 'body.conflict', where: at(['previous_response_id'], 'key'), message, fixes });
}

const logprobsOfText = 'message.output_text.logprobs';

function checkLogprobs({ top_logprobs: top, include }: JsonObject, findings: Finding[]): void {
  if (typeof top !== 'number' || top === 0) return;
  if (Array.isArray(include) && include.includes(logprobsOfText)) return;
  const message = `top_logprobs shows nothing unless include has "${logprobsOfText}"; add that.`;
  const fixes = isPresent(include) ? [] : [adding([], 'include', JSON.stringify([logprobsOfText]))];
  const where = at(['top_logprobs'], 'key');
  findings.push({ code: 'body.conflict', severity: 'hint', where, message, fixes });
}

/** What runs in the background is fetched later from where it is stored (guide to background mode). */
function checkBackground({ background, store }: JsonObject, findings: Finding[]): void {
  if (background !== true || store !== false) return;
  const message = 'background needs the response to be stored; remove background, or "store": false.';
  const fixes = [removing(['background']), removing(['store'])];
  findings.push({
    code: 'body.conflict',
    severity: 'warning',
    where: at(['background'], 'key'),
    message,
    fixes,
  });
}

/** openai SDK 7.55, of compaction_trigger: "Must be the final input item." */
function checkItems({ input }: JsonObject, findings: Finding[]): void {
  if (!Array.isArray(input)) return;
  const index = input.findIndex((item) => isObject(item) && item.type === 'compaction_trigger');
  if (index === -1 || index === input.length - 1) return;
  const message = `input[${index}] is a compaction_trigger, which must be the last item; move it to the end.`;
  findings.push({ code: 'body.conflict', where: at(['input', String(index)], 'owner'), message });
}

/** "Tool choice 'required' must be specified with 'tools' parameter."; which function it names is asked with the tools. */
function checkBareChoice(
  { tools, tool_choice: choice, prompt, input }: JsonObject,
  findings: Finding[],
): void {
  const isForced = choice === 'required' || (isObject(choice) && choice.type !== 'allowed_tools');
  const isNamed = isObject(choice) && (choice.type === 'function' || choice.type === 'custom');
  if (!isForced || isNamed || isPresent(prompt) || (Array.isArray(tools) && tools.length > 0)) return;
  if (Array.isArray(input) && input.some((item) => isObject(item) && item.type === 'additional_tools'))
    return;
  const message = 'tool_choice asks for a tool, and there are no tools; add them, or remove it.';
  const fixes = [removing(['tool_choice'])];
  const where = at(['tool_choice'], 'key');
  findings.push({ code: 'body.conflict', severity: 'warning', where, message, fixes });
}

function checkTool(tool: unknown, path: readonly string[], findings: Finding[]): void {
  if (!isObject(tool)) return;
  if (tool.type === 'mcp') checkMcp(tool, path, findings);
  else if (tool.type === 'image_generation') {
    const model = typeof tool.model === 'string' ? tool.model : defaultImageModel;
    findings.push(...checkImageOptions(tool, path, model));
  }
}

/** Of the tool (openai SDK 7.55). */
const defaultImageModel = 'gpt-image-2';

const addresses = ['server_url', 'connector_id', 'tunnel_id'];

function checkMcp(tool: JsonObject, path: readonly string[], findings: Finding[]): void {
  const given = addresses.filter((field) => isPresent(tool[field]));
  const [kept, second] = given;
  if (second !== undefined) {
    const message = `${nameOf(path)} is reached by ${kept} and by ${second}; keep one of them.`;
    const where = at([...path, second], 'key');
    findings.push({ code: 'body.conflict', severity: 'warning', where, message });
  }
  if (tool.connector_id !== undefined && !isPresent(tool.authorization)) {
    const message = `${nameOf(path)} uses a connector without authorization; connectors need an OAuth token, add it before the file is sent.`;
    const where = at([...path, 'connector_id'], 'key');
    findings.push({ code: 'body.conflict', severity: 'warning', where, message });
  }
  const { require_approval: approval } = tool;
  if (isPresent(approval) && approval !== 'always') return;
  const word = isPresent(approval) ? '' : ', as it does unless told otherwise';
  const message = `${nameOf(path)} asks before each call${word}, and in a batch nobody answers; set "require_approval": "never".`;
  const change = { kind: 'replaceValue', path: [...path, 'require_approval'], json: '"never"' } as const;
  const fix =
    approval === undefined
      ? adding(path, 'require_approval', '"never"')
      : { title: 'Write "never"', change, safe: false };
  const where = approval === undefined ? at(path, 'owner') : at([...path, 'require_approval']);
  findings.push({ code: 'body.conflict', severity: 'warning', where, message, fixes: [fix] });
}

/** "Web Search cannot be used with JSON mode." and "… cannot be used with reasoning.effort 'minimal': …", as others quote. */
function checkSearch({ text, reasoning }: JsonObject, tools: readonly unknown[], findings: Finding[]): void {
  const index = tools.findIndex(
    (tool) => isObject(tool) && typeof tool.type === 'string' && tool.type.startsWith('web_search'),
  );
  if (index === -1) return;
  const where = at(['tools', String(index), 'type']);
  const format = isObject(text) && isObject(text.format) ? text.format.type : null;
  if (format === 'json_object') {
    const message = 'web search does not work with text.format json_object; use json_schema, or no tool.';
    findings.push({ code: 'body.conflict', severity: 'warning', where, message });
  }
  if (isObject(reasoning) && reasoning.effort === 'minimal') {
    const message = 'web search does not work with reasoning.effort "minimal"; write "low".';
    const change = { kind: 'replaceValue', path: ['reasoning', 'effort'], json: '"low"' } as const;
    const fixes = [{ title: 'Write "low"', change, safe: false }];
    findings.push({ code: 'body.conflict', severity: 'warning', where, message, fixes });
  }
}
