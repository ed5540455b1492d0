// Which entry of a record keyed by model names is meant? The key itself, or the most specific glob that fits.

/** Longer names are no model of anybody's. */
const longestName = 512;

/**
 * `*` stands for any characters, `?` for one. A key without them goes before every glob; of globs the one with more
 * other characters; of equals the last.
 * @param names what the model may be called, the preferred first.
 * @returns null when no key fits.
 */
export function bestMatch<Value>(
  record: Readonly<Record<string, Value>>,
  names: readonly string[],
): Value | null {
  for (const name of names) if (Object.hasOwn(record, name)) return record[name] as Value;
  let best: Value | null = null;
  let bestRank = -1;
  for (const [key, value] of Object.entries(record)) {
    if (!isGlob(key)) continue;
    const rank = key.replaceAll('*', '').length;
    if (rank >= bestRank && names.some((name) => fits(key, name))) {
      best = value;
      bestRank = rank;
    }
  }
  return best;
}

export function isGlob(key: string): boolean {
  return key.includes('*') || key.includes('?');
}

/** In time proportional to the product of the lengths at worst, whatever stands in a key: no regular expression. */
function fits(glob: string, name: string): boolean {
  if (name.length > longestName || glob.length > longestName) return false;
  let at = 0;
  let star = -1;
  let resume = 0;
  let key = 0;
  while (at < name.length) {
    const wanted = glob[key];
    if (wanted === '*') {
      star = key++;
      resume = at;
    } else if (wanted === '?' || wanted === name[at]) {
      key++;
      at++;
    } else if (star !== -1) {
      key = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (glob[key] === '*') key++;
  return key === glob.length;
}
