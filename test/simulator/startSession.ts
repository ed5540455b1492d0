// A simulator with a client for one test, on a clock the test moves; both are gone when the test ends.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import OpenAI, { toFile } from 'openai';
import type { Batch, BatchCreateParams } from 'openai/resources/batches';
import { type Simulator, type SimulatorOptions, startSimulator } from '#simulator';

export interface Session {
  readonly simulator: Simulator;
  readonly client: OpenAI;
  /** Lets this many milliseconds pass for the simulator. */
  readonly pass: (ms: number) => void;
  readonly upload: (text: string | Buffer, name?: string) => Promise<string>;
  /** Uploads the lines and creates a batch of them. */
  readonly submit: (lines: readonly string[], options?: Partial<BatchCreateParams>) => Promise<Batch>;
}

export async function startSession(context: TestContext, options: SimulatorOptions = {}): Promise<Session> {
  let nowMs = 1_795_000_000_000;
  const simulator = await startSimulator({ latencyMs: 0, now: () => nowMs, ...options });
  context.after(() => simulator.dispose());
  const client = new OpenAI({ apiKey: 'sk-test', baseURL: simulator.url, maxRetries: 0, timeout: 120_000 });
  const upload = async (text: string | Buffer, name = 'requests.jsonl'): Promise<string> => {
    const file = await toFile(typeof text === 'string' ? Buffer.from(text) : text, name);
    return (await client.files.create({ file, purpose: 'batch' })).id;
  };
  return {
    simulator,
    client,
    upload,
    pass: (ms) => {
      nowMs += ms;
    },
    submit: async (lines, created = {}) =>
      client.batches.create({
        input_file_id: await upload(`${lines.join('\n')}\n`),
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
        ...created,
      }),
  };
}

export function makeFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'llm-batch-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A request line; `body` is laid over a chat request. */
export function chatLine(id: string, body: object = {}, line: object = {}): string {
  const messages = [{ role: 'user', content: `Say something short about ${id}, please.` }];
  return JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'gpt-4o-mini', messages, ...body },
    ...line,
  });
}

export function chatLines(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => chatLine(`row-${at}`));
}

export function responsesLine(id: string, body: object = {}): string {
  const usual = { model: 'gpt-4.1-mini', input: `Say something short about ${id}, please.` };
  return JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/responses', body: { ...usual, ...body } });
}

export interface ResultLine {
  readonly id: string;
  readonly custom_id: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked into field by field
  readonly response: { readonly status_code: number; readonly request_id: string; readonly body: any } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The parsed lines of a result file; none for a file that is not there. */
export async function readResults(
  client: OpenAI,
  fileId: string | null | undefined,
): Promise<readonly ResultLine[]> {
  if (fileId === null || fileId === undefined) return [];
  const text = await (await client.files.content(fileId)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ResultLine);
}

/** Asks without the SDK. */
export async function ask(
  simulator: Simulator,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; text: string; error: Record<string, unknown> | null }> {
  const response = await fetch(`${simulator.url}${path}`, init);
  const text = await response.text();
  const { headers, status } = response;
  const error = status >= 400 && text !== '' ? JSON.parse(text).error : null;
  return { status, headers, text, error };
}
