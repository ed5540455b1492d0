// Batch results to measure with: an answer for each request of a bench file, in a shuffled order, as a provider gives them.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type BenchFile, benchLines } from './batchFile.ts';

/** A prime, so that its multiples visit every request once. */
const stride = 7919;
/** With the user text that it begins with, an answer is as large as a request. */
const fillerCharacters = 1900;

/** The results of a file, one line each; the answers are texts of another seed. The answer to request 12 names itself "q11". */
export function* resultLines({ seed, requests, form = 'openai' }: BenchFile): Generator<string> {
  const answers = { seed: seed + 1, requests, systemCharacters: fillerCharacters, faultEvery: 0 };
  let index = 0;
  for (const line of benchLines(answers)) {
    const ordinal = (index++ * stride) % requests;
    const { messages } = (JSON.parse(line) as { readonly body: Body }).body;
    const text = `${messages[1]?.content} ${messages[0]?.content}`;
    yield JSON.stringify(answerOf[form](`request-${ordinal + 1}`, `q${ordinal}`, text));
  }
}

function openaiAnswer(id: string, name: string, content: string): object {
  const message = { role: 'assistant', content, refusal: null };
  const usage = { prompt_tokens: 600, completion_tokens: 500, total_tokens: 1100 };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  const response = { status_code: 200, request_id: name, body: { model: 'gpt-5.4-mini', choices, usage } };
  return { id: `batch_req_${name}`, custom_id: id, response, error: null };
}

function anthropicAnswer(id: string, name: string, text: string): object {
  const usage = { input_tokens: 600, output_tokens: 500 };
  const said = { role: 'assistant', content: [{ type: 'text', text }], stop_reason: 'end_turn' };
  const message = { id: name, type: 'message', model: 'claude-haiku-4-5', ...said, usage };
  return { custom_id: id, result: { type: 'succeeded', message } };
}

function geminiAnswer(key: string, name: string, text: string): object {
  const content = { role: 'model', parts: [{ text }] };
  const usageMetadata = { promptTokenCount: 600, candidatesTokenCount: 500, totalTokenCount: 1100 };
  const candidates = [{ index: 0, content, finishReason: 'STOP' }];
  return { key, response: { candidates, usageMetadata, responseId: name } };
}

const answerOf = { openai: openaiAnswer, anthropic: anthropicAnswer, gemini: geminiAnswer } as const;

interface Body {
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
