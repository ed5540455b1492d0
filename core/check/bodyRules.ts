// Which rules hold for the body of a request, beside its schema?
import type { LineForm } from '../dialects/dialect.ts';
import { checkAnthropic } from './anthropic/rules.ts';
import type { BodyRule } from './bodyRule.ts';
import { checkGemini } from './gemini/rules.ts';
import { insideRules } from './inside/rules.ts';
import { checkModel } from './model.ts';
import { checkModelParameters } from './modelParameters.ts';
import { checkEndpointRules } from './openai/endpointRules.ts';
import { checkOutputLimit } from './outputLimit.ts';
import { checkVectorLength } from './vectorLength.ts';

/** Of every dialect. */
const common: readonly BodyRule[] = [
  checkModel,
  checkModelParameters,
  checkOutputLimit,
  checkVectorLength,
  ...insideRules,
];

const rules: Readonly<Record<LineForm, readonly BodyRule[]>> = {
  openai: [checkEndpointRules, ...common],
  body: [checkEndpointRules, ...common],
  params: [checkAnthropic, ...common],
  keyed: [checkGemini, ...common],
};

export function rulesFor(form: LineForm): readonly BodyRule[] {
  return rules[form];
}
