// A simulated Anthropic account with the official client for one test, on a clock the test moves.
import type { TestContext } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { type Simulator, type SimulatorOptions, startSimulator } from '#simulator';

type Batch = Anthropic.Messages.MessageBatch;

export interface AnthropicSession {
  readonly simulator: Simulator;
  readonly client: Anthropic;
  /** Lets this many milliseconds pass for the simulator. */
  readonly pass: (ms: number) => void;
  readonly submit: (requests: readonly object[]) => Promise<Batch>;
  /** The lines of its results, parsed. */
  readonly results: (id: string) => Promise<readonly ResultLine[]>;
}

export interface ResultLine {
  readonly custom_id: string;
  // biome-ignore lint/suspicious/noExplicitAny: results are looked into field by field
  readonly result: any;
}

export async function startAnthropic(
  context: TestContext,
  options: SimulatorOptions & { readonly version?: string } = {},
): Promise<AnthropicSession> {
  let nowMs = 1_795_000_000_000;
  const { version = '2023-06-01', ...more } = options;
  const simulator = await startSimulator({ latencyMs: 0, now: () => nowMs, ...more });
  context.after(() => simulator.dispose());
  const client = new Anthropic({
    apiKey: 'sk-test',
    baseURL: `http://127.0.0.1:${simulator.port}`,
    defaultHeaders: { 'anthropic-version': version },
    maxRetries: 0,
    timeout: 120_000,
  });
  return {
    simulator,
    client,
    pass: (ms) => {
      nowMs += ms;
    },
    submit: (requests) =>
      client.messages.batches.create({
        requests: requests as Anthropic.Messages.BatchCreateParams.Request[],
      }),
    results: async (id) => {
      const path = `/v1/messages/batches/${id}/results`;
      const text = await (await client.get(path).asResponse()).text();
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ResultLine);
    },
  };
}

/** @param params laid over a usual request. */
export function request(id: string, params: object = {}): Anthropic.Messages.BatchCreateParams.Request {
  const messages = [{ role: 'user' as const, content: `Say something short about ${id}, please.` }];
  return { custom_id: id, params: { model: 'claude-haiku-5-5', max_tokens: 200, messages, ...params } };
}

export function requests(count: number): readonly object[] {
  return Array.from({ length: count }, (_, at) => request(`row-${at}`));
}

/** Status and error of a call that is refused. */
export async function refused(call: Promise<unknown>): Promise<readonly [number, string, string]> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Anthropic.APIError)) throw new Error(`It was not refused: ${String(error)}`);
  return [error.status ?? 0, String(error.type), String(error.apiMessage)];
}
