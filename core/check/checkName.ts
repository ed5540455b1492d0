// Would the provider take a file of this name?
import type { Dialect } from '../dialects/dialect.ts';
import { type Finding, wholeLine } from './finding.ts';

/** @param path a path or URI; only its ending matters. */
export function checkName(path: string, { form, title }: Dialect): Finding[] {
  if (/\.jsonl$/i.test(path)) return [];
  // Anthropic takes no file at all, and Gemini's own samples have other endings.
  if (form === 'params' || form === 'keyed') return [];
  const message = `${title} takes a batch file only when its name ends in .jsonl; rename it.`;
  return [{ code: 'file.extension', where: wholeLine, message }];
}
