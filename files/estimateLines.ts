// Estimates of some lines, in whatever thread this runs: parse, load the encodings they need, count.
import {
  type Encoding,
  encodingOf,
  estimateRequest,
  findExcess,
  type LineEstimate,
  withoutByteOrderMark,
} from '#core';
import { countersFor } from './counters.ts';

export interface LinesToEstimate {
  readonly texts: readonly string[];
  /** ISO date the prices are looked up for. */
  readonly today: string;
  /** One of the contract's providers; without it a model of any provider is found. */
  readonly provider?: string | undefined;
}

/** @returns one for each text, in order; null where it is no JSON object: such a line cannot be sent and costs nothing. */
export async function estimateLines({
  texts,
  today,
  provider,
}: LinesToEstimate): Promise<(LineEstimate | null)[]> {
  const requests = texts.map(parseRequest);
  const encodings = new Set<Encoding>();
  for (const request of requests) if (request !== null) encodings.add(encodingOf(request, provider));
  const counters = await countersFor(encodings);
  const options = provider === undefined ? { today } : { today, provider };
  return requests.map((request) => (request === null ? null : estimateRequest(request, counters, options)));
}

function parseRequest(text: string): object | null {
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
