// Can the tool that is asked for be called? tool_choice fits the tools, the model and thinking, or the request is refused.
import { removing, writing } from '../../fix/fix.ts';
import { hasMember, isObject, listMember, textMember } from '../../json/members.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';
import { type ClaudeRule, type ClaudeUse, thinkingKind } from './claude.ts';

export const checkToolChoice: ClaudeRule = (use) => {
  const kind = textMember(use.body.tool_choice, 'type');
  if (kind === null) return [];
  return [...checkTools(kind, use), ...checkForced(kind, use)];
};

/** "`tool_choice` may only be specified while providing `tools`", "Tool 'x' not found in provided tools". */
function checkTools(kind: string, { body }: ClaudeUse): Finding[] {
  if (!hasMember(body, 'tools') && !hasMember(body, 'mcp_servers')) {
    if (kind === 'none') return [];
    const message = 'tool_choice is refused without tools; add tools, or remove tool_choice.';
    const where = at(['tool_choice'], 'key');
    return [{ code: 'body.conflict', where, message, fixes: [removing(['tool_choice'])] }];
  }
  const name = textMember(body.tool_choice, 'name');
  const tools = listMember(body, 'tools');
  // The tools of a set have names of their own.
  if (kind !== 'tool' || name === null || tools.some((tool) => textMember(tool, 'name') === null)) return [];
  if (tools.some((tool) => textMember(tool, 'name') === name)) return [];
  const message = `tool_choice names ${JSON.stringify(clip(name))}, which is none of tools; write the name of one of them.`;
  return [{ code: 'body.conflict', where: at(['tool_choice', 'name']), message }];
}

const auto = writing(['tool_choice'], '{"type":"auto"}');

function checkForced(kind: string, use: ClaudeUse): Finding[] {
  if (kind !== 'any' && kind !== 'tool') return [];
  const { params, model, severity, body } = use;
  const where = at(['tool_choice', 'type']);
  if (params.forcedTools === 'rejected') {
    const message = `${model} refuses tool_choice ${JSON.stringify(kind)}; write {"type": "auto"}, and say in the prompt when to call the tool.`;
    return [{ code: 'model.parameter', severity, where, message, fixes: [auto] }];
  }
  const thinking = isObject(body.thinking) ? thinkingKind(use) : null;
  // Later models take both: Haiku 5.5 then calls the tool without thinking first.
  const isRefused =
    thinking === 'enabled' || (thinking === 'adaptive' && params.thinking?.includes('enabled'));
  if (!isRefused) return [];
  const message = `tool_choice ${JSON.stringify(kind)} is refused beside thinking; write {"type": "auto"}, or turn thinking off.`;
  return [{ code: 'body.conflict', where, message, fixes: [auto, removing(['thinking'])] }];
}
