// Batch results to measure with: an answer for each request of a bench file, in a shuffled order, as a provider gives them.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type BenchFile, benchLines } from './batchFile.ts';

/** A prime, so that its multiples visit every request once. */
const stride = 7919;
/** With the user text that it begins with, an answer is as large as a request. */
const fillerCharacters = 1900;

/** The results of a file, one line each; the answers are texts of another seed. */
export function* resultLines({ seed, requests }: BenchFile): Generator<string> {
  const answers = { seed: seed + 1, requests, systemCharacters: fillerCharacters, faultEvery: 0 };
  let index = 0;
  for (const line of benchLines(answers)) {
    const ordinal = (index++ * stride) % requests;
    const { model, messages } = (JSON.parse(line) as { readonly body: Body }).body;
    const content = `${messages[1]?.content} ${messages[0]?.content}`;
    const message = { role: 'assistant', content, refusal: null };
    const usage = { prompt_tokens: 600, completion_tokens: 500, total_tokens: 1100 };
    const body = { model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage };
    const response = { status_code: 200, request_id: `q${ordinal}`, body };
    yield JSON.stringify({
      ...{ id: `batch_req_${ordinal}`, custom_id: `request-${ordinal + 1}` },
      ...{ response, error: null },
    });
  }
}

interface Body {
  readonly model: string;
  readonly messages: readonly { readonly content: string }[];
}

/** Writes the file and returns its size in bytes. */
export async function writeResultsFile(path: string, file: BenchFile): Promise<number> {
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  for (const line of resultLines(file)) {
    if (!out.write(`${line}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return out.bytesWritten;
}
