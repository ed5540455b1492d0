// Would the provider take a file of this name?
import type { Dialect } from '../dialects/dialect.ts';
import { type Finding, wholeLine } from './finding.ts';

/** @param path a path or URI; only its ending matters. */
export function checkName(path: string, { otherNames, title }: Dialect): Finding[] {
  if (otherNames === null || /\.jsonl$/i.test(path)) return [];
  const message =
    otherNames === 'error'
      ? `${title} takes a batch file only when its name ends in .jsonl; rename it.`
      : `${title} is only known to take batch files whose names end in .jsonl; rename it.`;
  return [{ code: 'file.extension', severity: otherNames, where: wholeLine, message }];
}
