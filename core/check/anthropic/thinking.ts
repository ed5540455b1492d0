// Does the model think in the way that is asked for? Kinds by model are those of "Troubleshooting thinking" and of the
// migration guides (2026-08 to 2026-10); budgets those of the extended thinking page.
import { removing, writing } from '../../fix/fix.ts';
import { countMember, hasMember, textMember } from '../../json/members.ts';
import { oneOf } from '../bodyWords.ts';
import { at, type Finding } from '../finding.ts';
import { type ClaudeRule, type ClaudeUse, thinkingKind } from './claude.ts';

export const checkThinking: ClaudeRule = (use) => [
  ...checkKind(use),
  ...checkBudget(use),
  ...checkEffort(use),
  ...checkOffEffort(use),
];

const kinds: ReadonlySet<string> = new Set(['adaptive', 'between_tools', 'disabled', 'enabled']);

function checkKind(use: ClaudeUse): Finding[] {
  const kind = thinkingKind(use);
  const { params, model, severity } = use;
  const { thinking } = params;
  if (kind === null || !kinds.has(kind) || thinking === undefined) return [];
  const where = at(['thinking', 'type']);
  if (!thinking.includes(kind)) {
    const { advice, fix } = instead(kind, thinking);
    const message = `${model} refuses thinking ${JSON.stringify(kind)}; ${advice}.`;
    return [{ code: 'model.parameter', severity, where, message, fixes: fix === null ? [] : [fix] }];
  }
  if (params.thinkingDeprecated?.includes(kind) !== true) return [];
  const message = `Thinking ${JSON.stringify(kind)} is deprecated on ${model} and goes away with later models; write {"type": "adaptive"} and set output_config.effort.`;
  return [{ code: 'body.deprecated', where, message, fixes: [writing(['thinking'], adaptive)] }];
}

const adaptive = '{"type":"adaptive"}';
const betweenTools = '{"type":"between_tools"}';

/** What comes nearest to a kind that the model refuses; only the provider's own equivalent is safe. */
function instead(kind: string, accepted: readonly string[]) {
  const path = ['thinking'];
  if (kind === 'enabled') {
    const advice = 'write {"type": "adaptive"}, and set how much it thinks with output_config.effort';
    return { advice, fix: writing(path, adaptive) };
  }
  if (kind === 'adaptive') {
    return { advice: 'write {"type": "enabled", "budget_tokens": …}, at least 1,024', fix: null };
  }
  if (kind === 'disabled' && accepted.includes('between_tools')) {
    return {
      advice: 'write {"type": "between_tools"}, which turns thinking off there',
      fix: writing(path, betweenTools, true),
    };
  }
  if (kind === 'between_tools' && accepted.includes('disabled')) {
    return { advice: 'write {"type": "disabled"}', fix: writing(path, '{"type":"disabled"}') };
  }
  return { advice: 'it always thinks: remove thinking, and lower output_config.effort', fix: removing(path) };
}

/** "`max_tokens` must be greater than `thinking.budget_tokens`." */
function checkBudget(use: ClaudeUse): Finding[] {
  const { body } = use;
  if (thinkingKind(use) !== 'enabled' || use.params.thinking?.includes('enabled') === false) return [];
  const budget = countMember(body.thinking, 'budget_tokens');
  const most = countMember(body, 'max_tokens');
  if (budget === null || most === null || budget < most) return [];
  // With the header for interleaved thinking, the budget is for all turns of tools together.
  const severity = hasMember(body, 'tools') ? 'warning' : 'error';
  const message =
    'thinking.budget_tokens must be less than max_tokens, of which it is a part; raise max_tokens.';
  return [{ code: 'body.range', severity, where: at(['thinking', 'budget_tokens']), message }];
}

const levels: readonly string[] = ['low', 'medium', 'high', 'xhigh', 'max'];

export function effortOf({ body }: ClaudeUse): string | null {
  const effort = textMember(body.output_config, 'effort');
  return effort !== null && levels.includes(effort) ? effort : null;
}

function checkEffort(use: ClaudeUse): Finding[] {
  const { params, efforts, model, severity } = use;
  const effort = effortOf(use);
  if (effort === null) return [];
  const path = ['output_config', 'effort'];
  if (params.effort === 'rejected') {
    const message = `${model} has no effort and refuses output_config.effort; remove it.`;
    return [
      { code: 'model.parameter', severity, where: at(path, 'key'), message, fixes: [removing(path, true)] },
    ];
  }
  if (efforts === null || efforts.includes(effort)) return [];
  const message = `${model} has no effort ${JSON.stringify(effort)}; write ${oneOf(efforts)}.`;
  const most = efforts.at(-1);
  const fixes = most === undefined ? [] : [writing(path, JSON.stringify(most))];
  return [{ code: 'model.parameter', severity, where: at(path), message, fixes }];
}

/** Opus 5 and later models think at high levels of effort in any case. */
function checkOffEffort(use: ClaudeUse): Finding[] {
  const { params, model, severity } = use;
  const { thinkingOffEffort: most } = params;
  const kind = thinkingKind(use);
  const effort = effortOf(use);
  if (most === undefined || effort === null || (kind !== 'disabled' && kind !== 'between_tools')) return [];
  if (params.thinking?.includes(kind) !== true || levels.indexOf(effort) <= levels.indexOf(most)) return [];
  const path = ['output_config', 'effort'];
  const message = `${model} takes thinking ${JSON.stringify(kind)} only up to effort ${JSON.stringify(most)}; lower the effort, or remove thinking.`;
  const fixes = [writing(path, JSON.stringify(most)), removing(['thinking'])];
  return [{ code: 'body.conflict', severity, where: at(path), message, fixes }];
}
