// Batch files that are larger than what VS Code hands to extensions, with mistakes and words at known lines.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** What stands where, 0-based; the rest is without a fault. */
export const places = {
  /** Both have the id `ticket-3`. */
  duplicates: [2, 6],
  /** `"stream":true`, which a batch does not take and which is mended unasked. */
  stream: 4_000,
  /** Cut off. */
  broken: 9_000,
  /** Says "the teapot sings \"twice\" à midi" and nobody else does. */
  teapot: 11_000,
} as const;

const filler = 'The parcel came late and the lid was broken, so the customer asked for help. '.repeat(54);

/** Each line has about 4,200 bytes. */
export function largeLine(line: number): string {
  const id = `ticket-${(line === places.duplicates[1] ? places.duplicates[0] : line) + 1}`;
  const said = line === places.teapot ? 'the teapot sings "twice" à midi' : `ticket number ${line}`;
  const content = `${filler.slice(0, 2000)}${said}. ${filler.slice(2000)}`;
  const text = JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: {
      model: 'gpt-5.4-mini',
      ...(line === places.stream ? { stream: true } : {}),
      max_completion_tokens: 64,
      messages: [{ role: 'user', content }],
    },
  });
  return line === places.broken ? text.slice(0, text.length >> 1) : text;
}

/** @returns how many requests it has. */
export async function writeLargeBatchFile(path: string, sizeBytes: number): Promise<number> {
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  let written = 0;
  let lines = 0;
  for (let part: string[] = []; written < sizeBytes; part = []) {
    for (let count = 0; count < 250; count++) part.push(`${largeLine(lines++)}\n`);
    const bytes = Buffer.from(part.join(''));
    written += bytes.length;
    if (!out.write(bytes)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return lines;
}
