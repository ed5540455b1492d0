// Is there a key in this line that should not leave the house? Keys are long runs of letters and digits behind a known beginning.
import type { Finding } from '../finding.ts';
import { mayHoldKey, secretIn } from './secretKinds.ts';

/** So many are told for a line; one that has them all over has said enough. */
const mostTold = 10;
/** The shortest key that has a known beginning: AWS's. */
const shortestRun = 20;

/** Letters, digits, `_` and `-`: what keys are made of. */
const isInRun = new Uint8Array(128);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') {
  isInRun[letter.charCodeAt(0)] = 1;
}

const blockBegin = '-----BEGIN ';

/** Quick for a line that has nothing of the kind, as nearly all. */
export function findSecrets(text: string): readonly Finding[] {
  if (!mayHoldKey(text)) return none;
  const keys = findKeys(text);
  if (keys.length >= mostTold) return keys;
  const block = privateKeyIn(text);
  return block === null ? keys : [...keys, block];
}

/**
 * One pass over the text of a line. It looks at every twentieth character or so of prose: where that does not belong to a run,
 * none of twenty can have begun before it.
 */
function findKeys(text: string): readonly Finding[] {
  let findings: Finding[] | null = null;
  let start = 0;
  let base64Gaps = 0;
  while (start + shortestRun <= text.length) {
    const gap = lastGap(text, start);
    const end = gap === -1 ? endOfRun(text, start + shortestRun) : gap;
    base64Gaps = isInBase64(text.charCodeAt(end)) ? base64Gaps + 1 : 0;
    if (base64Gaps === surelyBase64) {
      start = endOfText(text, end);
      continue;
    }
    if (gap !== -1) {
      start = gap + 1;
      continue;
    }
    const found = secretIn(text, start, end);
    if (found !== null) {
      findings ??= [];
      findings.push(finding(found.start, found.end, found.what));
      if (findings.length >= mostTold) return findings;
    }
    start = end + 1;
  }
  return findings ?? none;
}

const none: readonly Finding[] = [];

/** So many gaps that are `+` or `/`, and nothing else between them, are an image or a file: its rest is leapt over. */
const surelyBase64 = 16;
const plus = 0x2b;
const slash = 0x2f;

function isInBase64(code: number): boolean {
  return code === plus || code === slash;
}

function endOfText(text: string, from: number): number {
  const quote = text.indexOf('"', from);
  return quote === -1 ? text.length : quote;
}

/** The last character within the shortest run from `start` that is in no run; -1: all are. */
function lastGap(text: string, start: number): number {
  for (let at = start + shortestRun - 1; at >= start; at--) {
    const code = text.charCodeAt(at);
    if (code > 127 || isInRun[code] === 0) return at;
  }
  return -1;
}

function endOfRun(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127 || isInRun[code] === 0) break;
  }
  return at;
}

/** With something in it: `-----BEGIN PRIVATE KEY-----` alone is a word of documentation. */
function privateKeyIn(text: string): Finding | null {
  for (let at = text.indexOf(blockBegin); at !== -1; at = text.indexOf(blockBegin, at + blockBegin.length)) {
    const [head] = /^[A-Z ]{0,30}PRIVATE KEY-----(?:\\[rn]|\s)*(?=[A-Za-z0-9+/]{40})/.exec(
      text.slice(at + blockBegin.length, at + blockBegin.length + 200),
    ) ?? [null];
    if (head !== null)
      return finding(at, at + blockBegin.length + head.indexOf('-----') + 5, 'a private key');
  }
  return null;
}

/** The key itself is in no message. */
function finding(start: number, end: number, what: string): Finding {
  const message = `This looks like ${what}: it would be sent with the request and lie in its result; take it out, and revoke it where it was shared.`;
  return { code: 'security.secret', where: { kind: 'span', start, end }, message };
}
