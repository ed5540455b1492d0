// What is said of an answer that has no words of its own: how many vectors of what length, or what was flagged.

import { formatCount, formatNumberOf } from '../figures.ts';
import { isObject, member } from '../json/members.ts';
import { items } from './fields.ts';

/** "1 vector of 1,536 dimensions"; null for a body without embeddings. */
export function describeVectors(body: unknown): string | null {
  const vectors = items(member(body, 'data')).map((item) => member(item, 'embedding'));
  if (vectors.length === 0 || vectors.every((vector) => vector === undefined)) return null;
  const lengths = new Set(vectors.map(dimensionsOf));
  const [length = null] = lengths;
  const count = formatNumberOf(vectors.length, 'vector');
  if (lengths.size > 1) return `${count} of different dimensions`;
  return length === null
    ? `${count} of unknown dimensions`
    : `${count} of ${formatNumberOf(length, 'dimension')}`;
}

/** A list of numbers, or 32-bit floats in base64 (encoding_format); null for anything else. */
function dimensionsOf(vector: unknown): number | null {
  if (Array.isArray(vector)) return vector.length;
  if (typeof vector !== 'string') return null;
  const padding = vector.endsWith('==') ? 2 : Number(vector.endsWith('='));
  const sizeBytes = Math.floor((vector.length * 3) / 4) - padding;
  return sizeBytes > 0 && sizeBytes % 4 === 0 ? sizeBytes / 4 : null;
}

/** "flagged: violence, hate", "not flagged", or of several "2 of 5 flagged: violence"; null for a body without verdicts. */
export function describeVerdicts(body: unknown): string | null {
  const verdicts = items(member(body, 'results')).filter(
    (item) => typeof member(item, 'flagged') === 'boolean',
  );
  if (verdicts.length === 0) return null;
  const flagged = verdicts.filter((verdict) => member(verdict, 'flagged') === true);
  const several = verdicts.length > 1;
  if (flagged.length === 0)
    return several ? `none of ${formatCount(verdicts.length)} flagged` : 'not flagged';
  const names = new Set(flagged.flatMap(categoriesOf));
  const count = several
    ? `${formatCount(flagged.length)} of ${formatCount(verdicts.length)} flagged`
    : 'flagged';
  return names.size === 0 ? count : `${count}: ${[...names].join(', ')}`;
}

/** In the order in which the provider lists them. */
function categoriesOf(verdict: unknown): readonly string[] {
  const categories = member(verdict, 'categories');
  return isObject(categories) ? Object.keys(categories).filter((name) => categories[name] === true) : [];
}
