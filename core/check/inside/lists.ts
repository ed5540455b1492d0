// Names from a file in a sentence: the first ones, each cut to a length that can be read.
import { formatCount } from '../../figures.ts';
import { clip } from '../clip.ts';

const mostNamed = 3;

/** `"a", "b" and 7 more`. */
export function namesList(names: readonly string[]): string {
  const named = names.length > mostNamed + 1 ? names.slice(0, mostNamed) : names;
  const parts = named.map((name) => JSON.stringify(clip(name)));
  const rest = names.length - named.length;
  if (rest > 0) return `${parts.join(', ')} and ${formatCount(rest)} more`;
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
