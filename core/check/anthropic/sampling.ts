// temperature, top_p and top_k: removed in API version 2026-10-21 (versioning page); before it, fixed at their defaults
// from Claude 4.7 on (migration guides of Opus 5.5 and Haiku 5.5), and not free beside thinking (extended thinking page).

import { removing } from '../../fix/fix.ts';
import { isPresent } from '../../json/members.ts';
import { at, type Finding } from '../finding.ts';
import { type ClaudeRule, type ClaudeUse, thinkingKind } from './claude.ts';

const fields = ['temperature', 'top_p', 'top_k'] as const;
type Field = (typeof fields)[number];

const defaultTemperature = 1;
/** As the migration guide of Haiku 5.5 has it; the same page says that 1 is refused there. */
const defaultTopP = 0.99;

export const checkSampling: ClaudeRule = (use) => {
  const given = fields.filter((field) => use.body[field] !== undefined);
  if (use.isNewVersion) return given.map((field) => removed(field, use));
  const findings = given.flatMap((field) => (isPresent(use.body[field]) ? refused(field, use) : []));
  return [...findings, ...together(use)];
};

function removed(field: Field, { body, params }: ClaudeUse): Finding {
  const value = body[field];
  const isFixed = params.temperature === 'default-only';
  const older = isFixed ? '' : ', or set anthropic.apiVersion to "2023-06-01"';
  const isDefault = value === null || isDefaultOf(field, value);
  return {
    code: 'body.unknown-field',
    ...(value === null ? { severity: 'warning' as const } : {}),
    where: at([field], 'key'),
    message: `${field} was removed in API version 2026-10-21, which refuses it whatever its value; remove it${older}.`,
    fixes: [removing([field], isDefault)],
  };
}

function isDefaultOf(field: Field, value: unknown): boolean {
  return field === 'temperature' ? value === defaultTemperature : field === 'top_p' && value === defaultTopP;
}

function refused(field: Field, use: ClaudeUse): Finding[] {
  const { body, params, model } = use;
  const value = body[field];
  if (params.temperature !== 'default-only') return besideThinking(field, value, use);
  if (isDefaultOf(field, value)) return [];
  // Pages of other models only say "the default", and 1 was taken for it.
  const isDoubtful = field === 'top_p' && typeof value === 'number' && value > defaultTopP;
  const unless =
    field === 'top_k' ? '' : ` unless it is ${field === 'top_p' ? defaultTopP : defaultTemperature}`;
  return [
    {
      code: 'model.parameter',
      severity: isDoubtful ? 'warning' : use.severity,
      where: at([field], 'key'),
      message: `${model} refuses ${field}${unless}; remove it, and say in the prompt how varied the answer should be.`,
      fixes: [removing([field])],
    },
  ];
}

const leastTopPBesideThinking = 0.95;

/** "`temperature` may only be set to 1 when thinking is enabled", and so on. */
function besideThinking(field: Field, value: unknown, use: ClaudeUse): Finding[] {
  const kind = thinkingKind(use);
  if (kind !== 'enabled' && kind !== 'adaptive') return [];
  if (field === 'temperature' && value === defaultTemperature) return [];
  if (field === 'top_p' && typeof value === 'number' && value >= leastTopPBesideThinking) return [];
  const unless = { temperature: ' unless it is 1', top_p: ' below 0.95', top_k: '' }[field];
  return [
    {
      code: 'body.conflict',
      where: at([field], 'key'),
      message: `${field} is refused beside thinking${unless}; remove it, or turn thinking off.`,
      fixes: [removing([field])],
    },
  ];
}

/** "`temperature` and `top_p` cannot both be specified for this model." */
function together({ body, params, model, severity }: ClaudeUse): Finding[] {
  if (params.temperatureWithTopP !== 'rejected' && params.temperature !== 'default-only') return [];
  if (!isPresent(body.temperature) || !isPresent(body.top_p)) return [];
  const message = `${model} takes temperature or top_p, not both; remove one of them.`;
  const fixes = [removing(['top_p']), removing(['temperature'])];
  return [{ code: 'body.conflict', severity, where: at(['top_p'], 'key'), message, fixes }];
}
