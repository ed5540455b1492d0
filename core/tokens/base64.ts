// What bytes does a base64 text stand for? Needed where neither Node nor a browser may be assumed.

const sextets = new Uint8Array(128).fill(255);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (let i = 0; i < alphabet.length; i++) sextets[alphabet.charCodeAt(i)] = i;
sextets[45] = 62; // '-' and '_' of the URL-safe alphabet
sextets[95] = 63;

/**
 * Decodes `text` from `start` to `end` into `out` at `outStart`. Stops at padding or at anything else that is not base64.
 * @returns where the written bytes end in `out`; what does not fit is dropped.
 */
export function decodeBase64(
  text: string,
  start: number,
  end: number,
  out: Uint8Array,
  outStart: number,
): number {
  let at = outStart;
  let bits = 0;
  let held = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    const sextet = code < 128 ? sextets[code]! : 255;
    if (sextet === 255) break;
    bits = (bits << 6) | sextet;
    held += 6;
    if (held >= 8) {
      held -= 8;
      if (at >= out.length) break;
      out[at++] = bits >>> held;
      bits &= (1 << held) - 1;
    }
  }
  return at;
}

/** The first bytes of a base64 text: `maxBytes` at most. */
export function base64Head(text: string, start: number, maxBytes: number): Uint8Array {
  const out = new Uint8Array(Math.max(0, Math.min(maxBytes, Math.ceil(((text.length - start) * 3) / 4))));
  return out.subarray(0, decodeBase64(text, start, text.length, out, 0));
}
