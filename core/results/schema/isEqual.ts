// Are two JSON values the same, whatever the order of their members?
import { isObject } from '../../json/members.ts';
import type { Judge } from './fit.ts';

/** @param judge pays for each part that is compared. */
export function isEqual(a: unknown, b: unknown, judge: Pick<Judge, 'spend'>): boolean {
  judge.spend(1);
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index], judge));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key], judge))
  );
}
