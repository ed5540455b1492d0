// What a person meant by a field name that is not one.
import leven, { closestMatch } from 'leven';

/** The known name nearest to a misspelt one, or null when none is near enough to be meant. */
export function didYouMean(name: string, known: readonly string[]): string | null {
  const folded = fold(name);
  const same = known.find((candidate) => fold(candidate) === folded);
  if (same !== undefined) return same;
  if (name.length > 64) return null;
  const folds = known.map(fold);
  const nearest = closestMatch(folded, folds, { maxDistance: Math.max(1, Math.floor(name.length / 4)) });
  return nearest === undefined ? null : (known[folds.indexOf(nearest)] ?? null);
}

/** How far a name is from the one that is meant; 0: the same letters. */
export function slipDistance(name: string, meant: string): number {
  return leven(fold(name), fold(meant));
}

/**
 * Whether a name can be nothing but a slip of the pen: the same letters, or one or two of many amiss. Short names differ
 * by a letter and mean different things, as top_k and top_p.
 */
export function isSlip(name: string, meant: string): boolean {
  const mostAmiss = meant.length >= 8 ? 2 : meant.length >= 6 ? 1 : 0;
  return digitsOf(name) === digitsOf(meant) && slipDistance(name, meant) <= mostAmiss;
}

export function digitsOf(name: string): string {
  return name.replaceAll(/\D/g, '');
}

/** `maxTokens`, `max-tokens` and `max_tokens` are the same slip. */
function fold(name: string): string {
  return name.replaceAll(/[_\- ]/g, '').toLowerCase();
}
