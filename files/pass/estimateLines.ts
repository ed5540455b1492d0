// Estimates of some lines, in whatever thread this runs: parse, load the encodings they need, count.
import {
  type Configuration,
  dialectOf,
  type Encoding,
  encodingOf,
  estimateRequest,
  findExcess,
  type LineEstimate,
  type Provider,
  withoutByteOrderMark,
} from '#core';
import { countersFor } from '../counters.ts';

export interface LinesToEstimate {
  readonly texts: readonly string[];
  /** ISO date the prices are looked up for. */
  readonly today: string;
  /** Whose requests they are. */
  readonly provider: Provider;
  readonly config: Configuration;
  /** Prices all requests as if they named this model. */
  readonly asModel?: string | undefined;
}

/** @returns one for each text, in order; null where it is no JSON object: such a line cannot be sent and costs nothing. */
export async function estimateLines({
  texts,
  provider,
  ...rest
}: LinesToEstimate): Promise<(LineEstimate | null)[]> {
  const options = { ...rest, dialect: dialectOf(provider) };
  const requests = texts.map(parseRequest);
  const encodings = new Set<Encoding>();
  for (const request of requests) if (request !== null) encodings.add(encodingOf(request, options));
  const counters = await countersFor(encodings);
  return requests.map((request) => (request === null ? null : estimateRequest(request, counters, options)));
}

/** @returns null where it is no JSON object. */
export function parseRequest(text: string): object | null {
  const json = withoutByteOrderMark(text);
  // Before parsing, for an exception costs much more, and a file may have millions of lines that are none.
  if (!/^\s*\{/.test(json) || findExcess(json) !== null) return null;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
