// What is in a web address: its scheme, its host, its parameters; and can a provider's servers reach it?

export interface WebAddress {
  readonly scheme: 'http' | 'https';
  /** In small letters, without brackets, port, user or password. */
  readonly host: string;
  /** As they stand in the address, decoded; the first of each name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Longer ones are data, or nothing that a server would take. */
const longestAddress = 20_000;

/** null: no address of the web, or one too long to look at. */
export function readWebAddress(text: string): WebAddress | null {
  if (text.length > longestAddress) return null;
  const match = /^\s*(https?):\/\/([^/?#\\]*)[^?#]*(?:\?([^#]*))?/i.exec(text);
  if (match === null) return null;
  const [, scheme = '', authority = '', query = ''] = match;
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  return {
    scheme: scheme.toLowerCase() === 'http' ? 'http' : 'https',
    host: host.startsWith('[') ? host.slice(1).replace(/\].*$/, '') : host.replace(/:\d*$/, ''),
    parameters: parametersOf(query),
  };
}

function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  if (query === '') return parameters;
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) continue;
    const name = decoded(pair.slice(0, equals));
    if (!parameters.has(name)) parameters.set(name, decoded(pair.slice(equals + 1)));
  }
  return parameters;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of one computer or one house: RFC 1918, 3927, 4193, 6761, and names without a dot. */
export function isPrivateHost(host: string): boolean {
  if (host.includes(':')) return /^(?:::1?$|f[cd][\da-f]{2}:|fe[89ab][\da-f]:)/.test(host);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(host);
  }
  return !host.includes('.') || /\.(?:localhost|local|internal|home\.arpa|lan)\.?$/.test(host);
}
