// Which rules look inside a request: at schemas, tools, calls, images, whatever the dialect?
import type { BodyRule } from '../bodyRule.ts';
import { checkCalls } from './calls.ts';
import { checkJsonWord } from './jsonWord.ts';
import { checkMedia } from './media.ts';
import { checkSchemas } from './schemas.ts';
import { checkToolChoice } from './toolChoice.ts';
import { checkToolKeys } from './toolKeys.ts';
import { checkToolNames } from './toolNames.ts';

export const insideRules: readonly BodyRule[] = [
  checkSchemas,
  checkJsonWord,
  checkToolNames,
  checkToolChoice,
  checkCalls,
  checkMedia,
  checkToolKeys,
];
