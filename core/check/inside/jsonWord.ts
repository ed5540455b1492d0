// Does a request for a JSON object say so in words? OpenAI refuses one that has the word nowhere.
import { hasMember, member, textMember } from '../../json/members.ts';
import type { BodyRule, BodyUse } from '../bodyRule.ts';
import { at, type Finding } from '../finding.ts';

/** "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'." */
export const checkJsonWord: BodyRule = (use) => {
  const name = use.endpoint?.schema ?? '';
  if (name.endsWith('/chat-completions')) return checkChat(use);
  return name.endsWith('/responses') ? checkResponses(use) : none;
};

const none: readonly Finding[] = [];

function checkChat({ body, dialect }: BodyUse): readonly Finding[] {
  if (textMember(body.response_format, 'type') !== 'json_object' || !Array.isArray(body.messages))
    return none;
  if (hasWord(body.messages)) return none;
  const message = `response_format "json_object" is refused where no message has the word "JSON"; ask for JSON in a message.`;
  const where = at(['response_format', 'type']);
  return [{ code: 'schema.json-word', severity: dialect.certainty.values, where, message }];
}

/** Items that stand for what OpenAI has stored, which may have the word. */
const stored: ReadonlySet<unknown> = new Set(['item_reference', 'compaction', undefined, null]);

function checkResponses({ body, dialect }: BodyUse): readonly Finding[] {
  const { input, instructions, text } = body;
  const format = member(text, 'format');
  if (textMember(format, 'type') !== 'json_object' || input === undefined) return none;
  if (['previous_response_id', 'conversation', 'prompt'].some((name) => hasMember(body, name))) return none;
  if (Array.isArray(input) && input.some((item) => isStored(item))) return none;
  if (hasWord(input)) return none;
  const where = at(['text', 'format', 'type']);
  const isInInstructions = typeof instructions === 'string' && hasWord(instructions);
  const message = isInInstructions
    ? 'text.format "json_object" wants the word "JSON" in input; instructions were seen not to count, so ask for JSON in input, too.'
    : 'text.format "json_object" is refused where input does not have the word "JSON"; ask for JSON in it.';
  const severity = isInInstructions ? 'warning' : dialect.certainty.values;
  return [{ code: 'schema.json-word', severity, where, message }];
}

function isStored(item: unknown): boolean {
  return member(item, 'role') === undefined && stored.has(member(item, 'type'));
}

/** In any text at any depth: what else counts is not known, and not worth a false error. */
function hasWord(root: unknown): boolean {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') {
      if (/json/i.test(value)) return true;
    } else if (typeof value === 'object' && value !== null) {
      for (const one of Object.values(value)) open.push(one);
    }
  }
  return false;
}
