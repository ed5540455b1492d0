// What does Gemini's model refuse or no longer want? By generations and names that others found out: warnings, all of it.

import { bareModel, geminiGeneration } from '../../dialects/gemini.ts';
import { formatCount } from '../../figures.ts';
import { isObject } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyUse } from '../bodyRule.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';

export function checkGeminiModel(use: BodyUse): Finding[] {
  return [...checkModelInLine(use), ...checkSampling(use), ...checkThinkingOf(use)];
}

/** The batch is made for one model, in its url; the SDK says that it goes before any other. */
function checkModelInLine({ body, config }: BodyUse): Finding[] {
  const { model } = body;
  if (typeof model !== 'string') return [];
  const chosen = config.model;
  if (chosen !== null && bareModel(chosen) === bareModel(model)) return [];
  const instead = chosen === null ? '' : ` (${clip(chosen)} here)`;
  const message = `model is ignored: a batch has the model that it is created with${instead}, for all its lines; remove it.`;
  const change = { kind: 'removeMember', path: ['model'] } as const;
  const fixes = [{ title: 'Remove model', change, safe: false }];
  return [
    {
      code: 'body.not-in-batch',
      severity: 'warning',
      scope: 'row',
      where: at(['model'], 'key'),
      message,
      fixes,
    },
  ];
}

const sampling = [
  { field: 'temperature', rule: 'temperature' },
  { field: 'topP', rule: 'topP' },
  { field: 'topK', rule: 'topK' },
] as const;

/** Announced on 2026-07-21 (Gemini API changelog): sampling goes. */
function checkSampling({ body, model, modelName }: BodyUse): Finding[] {
  const { generationConfig: config } = body;
  if (!isObject(config) || model?.params == null || modelName === null) return [];
  const { params } = model;
  return sampling
    .filter(({ field, rule }) => config[field] !== undefined && params[rule] === 'deprecated')
    .map(({ field }) => ({
      code: 'body.deprecated',
      where: at(['generationConfig', field], 'key'),
      message: `${field} is deprecated for ${clip(modelName)}: Google announced that sampling settings go; leave it out.`,
    }));
}

interface Budgets {
  readonly min: number;
  readonly max: number;
  readonly canBeOff: boolean;
}

/** ai.google.dev thinking page, as quoted in 2026-02 and 2026-08. */
const budgets: readonly (readonly [RegExp, Budgets])[] = [
  [/^gemini-2\.5-pro/, { min: 128, max: 32_768, canBeOff: false }],
  [/^gemini-2\.5-flash-lite/, { min: 512, max: 24_576, canBeOff: true }],
  [/^gemini-2\.5-flash/, { min: 1, max: 24_576, canBeOff: true }],
];

/** Models that answered 400 to it, or whose page leaves it out (Firebase thinking page, 2026-11). */
const withoutMinimal = /^gemini-(?:3\.[78]-flash|3(?:\.\d+)?-pro)/;

function checkThinkingOf({ body, modelName, model }: BodyUse): Finding[] {
  const { generationConfig: config } = body;
  if (!isObject(config) || !isObject(config.thinkingConfig) || modelName === null) return [];
  const name = bareModel(model?.id ?? modelName);
  const generation = geminiGeneration(name);
  if (generation === null) return [];
  const id = clip(bareModel(modelName));
  const { thinkingBudget: budget, thinkingLevel: level } = config.thinkingConfig;
  const path: JsonPath = ['generationConfig', 'thinkingConfig'];
  const refuse = (field: string | null, message: string): Finding => ({
    code: 'model.parameter',
    where: field === null ? at(path, 'key') : at([...path, field], 'key'),
    message,
  });
  if (generation < 2.5) return [refuse(null, `${id} does not think, and refuses thinkingConfig; remove it.`)];
  const findings: Finding[] = [];
  if (level !== undefined && generation < 3) {
    findings.push(refuse('thinkingLevel', `${id} refuses thinkingLevel; write thinkingBudget.`));
  }
  if (level === 'MINIMAL' && withoutMinimal.test(name)) {
    findings.push(refuse('thinkingLevel', `${id} has no thinkingLevel "MINIMAL"; write "LOW".`));
  }
  if (typeof budget === 'number') findings.push(...checkBudget(budget, { id, name, generation }, refuse));
  return findings;
}

function checkBudget(
  budget: number,
  { id, name, generation }: { readonly id: string; readonly name: string; readonly generation: number },
  refuse: (field: string, message: string) => Finding,
): Finding[] {
  if (generation >= 3) {
    const message =
      budget === 0
        ? `${id} always thinks, and refuses a thinkingBudget of 0; write "thinkingLevel": "LOW".`
        : `thinkingBudget is the older setting, which ${id} may not keep to; write thinkingLevel.`;
    return [refuse('thinkingBudget', message)];
  }
  const known = budgets.find(([pattern]) => pattern.test(name))?.[1];
  if (known === undefined || budget === -1) return [];
  if (budget === 0) {
    return known.canBeOff
      ? []
      : [refuse('thinkingBudget', `${id} always thinks; write a thinkingBudget of ${known.min} or more.`)];
  }
  if (budget >= known.min && budget <= known.max) return [];
  const range = `${formatCount(known.min)} to ${formatCount(known.max)}`;
  return [refuse('thinkingBudget', `${id} takes a thinkingBudget of ${range}.`)];
}
