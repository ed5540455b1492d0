// About how many tokens is a JSON value in a prompt, say a schema? Walks without recursion, at any depth.

import { isObject } from '../json/members.ts';
import { isImageData } from './imageSize.ts';
import type { Tally } from './tally.ts';

/** Measured against written-out schemas: punctuation merges with its neighbours, names are short. */
const tokensPerMember = 2;
const tokensPerValue = 1;

/** Adds keys, strings, and a little for the punctuation; `errorPercent` says how well that is known. */
export function addJson(tally: Tally, value: unknown, errorPercent: number): void {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') {
      if (!isImageData(next)) tally.textAbout(next, errorPercent);
    } else if (Array.isArray(next)) {
      for (const item of next) open.push(item);
    } else if (isObject(next)) {
      for (const key of Object.keys(next)) {
        tally.textAbout(key, errorPercent);
        tally.about(tokensPerMember, errorPercent);
        open.push(next[key]);
      }
    }
    tally.about(tokensPerValue, errorPercent);
  }
}
