// Would the provider take a file of this name?
import { type Finding, wholeLine } from './finding.ts';

/** @param path a path or URI; only its ending matters. */
export function checkName(path: string): Finding[] {
  if (/\.jsonl$/i.test(path)) return [];
  const message = 'OpenAI takes a batch file only when its name ends in .jsonl; rename it.';
  return [{ code: 'file.extension', where: wholeLine, message }];
}
