// Is the tool that tool_choice names among the tools? Anthropic's and Gemini's requests have their own rules for it.
import { hasMember, listMember, member, textMember } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyRule, BodyUse } from '../bodyRule.ts';
import { didYouMean } from '../fieldNames.ts';
import { at, type Finding } from '../finding.ts';
import { namesList } from './lists.ts';
import { placeName } from './schemaRule.ts';
import { type NamedTool, namedTools } from './toolSites.ts';

interface Choice {
  readonly name: string;
  readonly path: JsonPath;
  readonly group: 'tools' | 'functions';
}

export const checkToolChoice: BodyRule = (use) => {
  const { tool_choice: choice, function_call: call } = use.body;
  if (choice === undefined && call === undefined) return none;
  const name = use.endpoint?.schema ?? '';
  if (name.endsWith('/chat-completions')) return checkChat(use);
  return name.endsWith('/responses') ? checkResponses(use) : none;
};

const none: readonly Finding[] = [];

/** "'tool_choice' is only allowed when 'tools' are specified." */
function checkChat(use: BodyUse): readonly Finding[] {
  const { body, dialect } = use;
  for (const [field, list] of [
    ['tool_choice', 'tools'],
    ['function_call', 'functions'],
  ] as const) {
    if (!hasMember(body, field) || hasMember(body, list)) continue;
    const message = `${field} is refused without ${list}; add ${list}, or remove ${field}.`;
    const change = { kind: 'removeMember', path: [field] } as const;
    // What asks for nothing, or leaves it to the model, says nothing where there is no tool.
    const isIdle = body[field] === 'none' || body[field] === 'auto';
    const fixes = [{ title: `Remove ${field}`, change, safe: isIdle }];
    return [
      {
        code: 'body.conflict',
        severity: dialect.certainty.values,
        where: at([field], 'key'),
        message,
        fixes,
      },
    ];
  }
  return unknownChoices([...chatChoices(body)], namedTools(use), use);
}

function* chatChoices({ tool_choice: choice, function_call: call }: BodyUse['body']): Generator<Choice> {
  const of = (owner: unknown, path: JsonPath): readonly Choice[] =>
    (['function', 'custom'] as const).flatMap((kind) => {
      const name = textMember(member(owner, kind), 'name');
      return name === null ? [] : [{ name, path: [...path, kind, 'name'], group: 'tools' }];
    });
  yield* of(choice, ['tool_choice']);
  const allowed = listMember(member(choice, 'allowed_tools'), 'tools');
  for (const [index, one] of allowed.entries()) {
    yield* of(one, ['tool_choice', 'allowed_tools', 'tools', String(index)]);
  }
  const name = textMember(call, 'name');
  if (name !== null) yield { name, path: ['function_call', 'name'], group: 'functions' };
}

/** "Tool choice 'function' not found in 'tools' parameter." */
function checkResponses(use: BodyUse): readonly Finding[] {
  const { body } = use;
  // A stored prompt has tools of its own, and so may what was found or given on the way.
  if (hasMember(body, 'prompt') || givesTools(body)) return none;
  const choice = body.tool_choice;
  const choices: Choice[] = [];
  const add = (one: unknown, path: JsonPath): void => {
    const type = textMember(one, 'type');
    const name = textMember(one, 'name');
    if (name !== null && (type === 'function' || type === 'custom')) {
      choices.push({ name, path: [...path, 'name'], group: 'tools' });
    }
  };
  add(choice, ['tool_choice']);
  for (const [index, one] of listMember(choice, 'tools').entries())
    add(one, ['tool_choice', 'tools', String(index)]);
  return unknownChoices(choices, namedTools(use), use);
}

function givesTools({ input, tools }: BodyUse['body']): boolean {
  const types = new Set<unknown>(
    [input, tools].flatMap((list) => (Array.isArray(list) ? list.map((one) => member(one, 'type')) : [])),
  );
  return ['additional_tools', 'tool_search_output', 'tool_search', 'namespace', 'mcp'].some((type) =>
    types.has(type),
  );
}

const mostFindings = 10;

function unknownChoices(
  choices: readonly Choice[],
  tools: readonly NamedTool[],
  { dialect }: BodyUse,
): Finding[] {
  const findings: Finding[] = [];
  for (const { name, path, group } of choices) {
    const names = tools
      .filter(({ group: one }) => (one === 'functions') === (group === 'functions'))
      .map((tool) => tool.name);
    if (names.includes(name)) continue;
    const { advice, fixes } = meantTool(name, path, names);
    const message = `${placeName(path)} is ${namesList([name])}, which is none of ${group}; ${advice}`;
    findings.push({
      code: 'tools.name',
      severity: dialect.certainty.values,
      where: at(path),
      message,
      fixes,
    });
    if (findings.length >= mostFindings) break;
  }
  return findings;
}

function meantTool(name: string, path: JsonPath, names: readonly string[]) {
  const meant = names.length > 500 ? null : didYouMean(name, names);
  if (meant === null) return { advice: 'write the name of one of them.', fixes: [] };
  const json = JSON.stringify(meant);
  const change = { kind: 'replaceValue', path, json } as const;
  return {
    advice: `did you mean ${namesList([meant])}?`,
    fixes: [{ title: `Write ${namesList([meant])}`, change, safe: false }],
  };
}
