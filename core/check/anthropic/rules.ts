// Which rules hold for the params of Anthropic's requests, beside their schema?
import type { BodyRule } from '../bodyRule.ts';
import { checkBatchOnly } from './batch.ts';
import { checkBeta } from './beta.ts';
import { checkCaching } from './caching.ts';
import { type ClaudeRule, claudeUse } from './claude.ts';
import { checkContent } from './content.ts';
import { checkImages } from './images.ts';
import { checkSampling } from './sampling.ts';
import { checkThinking } from './thinking.ts';
import { checkToolChoice } from './toolChoice.ts';
import { checkTurns } from './turns.ts';

const rules: readonly ClaudeRule[] = [
  checkSampling,
  checkThinking,
  checkToolChoice,
  checkTurns,
  checkContent,
  checkImages,
  checkCaching,
  checkBatchOnly,
  checkBeta,
];

export const checkAnthropic: BodyRule = (use) => {
  if (use.endpoint?.schema !== 'anthropic/messages') return [];
  const claude = claudeUse(use);
  return rules.flatMap((rule) => rule(claude));
};
