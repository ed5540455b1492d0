// Which request does a virtual document show? Its address says all that is needed to make it again, also in the next window.

export const requestScheme = 'llm-batch-request';

export interface RequestPlace {
  /** URI of the file. */
  readonly source: string;
  /** 0-based; where the request stood when it was opened. */
  readonly line: number;
  /** By it the request is found again after its line has moved. */
  readonly customId: string | null;
}

/** Longer names are cut off in tabs anyway. */
const longestNameCharacters = 60;

/** @param sourceName what the file is called. @param isJson a line that is no JSON is shown as plain text. */
export function requestAddress(
  place: RequestPlace,
  sourceName: string,
  isJson: boolean,
): { readonly scheme: string; readonly path: string; readonly query: string } {
  const { source, line, customId } = place;
  const path = `/${sourceName}/${nameOf(place)}.${isJson ? 'json' : 'txt'}`;
  return { scheme: requestScheme, path, query: JSON.stringify({ source, line, customId }) };
}

/** Null for an address that this extension did not make. */
export function requestPlaceOf({
  scheme,
  query,
}: {
  readonly scheme: string;
  readonly query: string;
}): RequestPlace | null {
  if (scheme !== requestScheme) return null;
  try {
    const value = JSON.parse(query) as Partial<Record<keyof RequestPlace, unknown>> | null;
    const { source, line, customId } = value ?? {};
    if (typeof source !== 'string' || !Number.isSafeInteger(line) || (line as number) < 0) return null;
    if (customId !== null && typeof customId !== 'string') return null;
    return { source, line: line as number, customId };
  } catch {
    return null;
  }
}

/** What a tab can be called: ids may hold anything. */
function nameOf({ line, customId }: RequestPlace): string {
  const characters = [...(customId ?? '').replace(/[\p{Cc}\p{Cf}\p{Cs}/\\:*?"<>|]/gu, '_').trim()];
  const name = characters.slice(0, longestNameCharacters).join('');
  if (!/[^._]/.test(name)) return `line ${line + 1}`;
  return characters.length > longestNameCharacters ? `${name}…` : name;
}
