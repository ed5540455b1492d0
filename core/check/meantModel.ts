// Which model of the catalogue is a name that is not in it a misspelling of? Versions differ by a digit and are no slips.
import { allModels } from '../catalogue.ts';
import { digitsOf, slipDistance } from './fieldNames.ts';

/** Longer names are fine-tunes, deployments or nonsense. */
const longestName = 64;
const mostAmiss = 2;
/** A file names few models, on many lines. */
const mostRemembered = 1000;

const remembered = new Map<string, string | null>();

/** @returns null also when several are as near. */
export function meantModel(id: string): string | null {
  if (id.length > longestName || id.includes(':') || id.includes('/')) return null;
  const known = remembered.get(id);
  if (known !== undefined) return known;
  if (remembered.size >= mostRemembered) remembered.clear();
  const meant = nearest(id);
  remembered.set(id, meant);
  return meant;
}

function nearest(id: string): string | null {
  const digits = digitsOf(id);
  let found: string | null = null;
  let least = mostAmiss + 1;
  for (const { provider, id: candidate } of allModels()) {
    if (provider !== 'openai' || digitsOf(candidate) !== digits) continue;
    const distance = slipDistance(id, candidate);
    if (distance < least) [found, least] = [candidate, distance];
    else if (distance === least) found = null;
  }
  return least <= mostAmiss ? found : null;
}
