// Which vector is a text? One of length 1 by chance that repeats: equal inputs get equal vectors.
import { createRandom, hash32 } from './random.ts';

/** Of the same input a shorter vector points where the beginning of the longer one does. */
export function vectorOf(input: unknown, dimensions: number): Float32Array {
  const random = createRandom(hash32(JSON.stringify(input) ?? ''));
  const vector = Float32Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.sqrt(vector.reduce((sum, part) => sum + part * part, 0));
  return vector.map((part) => part / length);
}

/** As many digits as the API writes. */
export function shortened(part: number): number {
  return Math.round(part * 1e8) / 1e8;
}
