// A simulated Gemini account as its calls see it, for the tests of it.
import type { TestContext } from 'node:test';
import { type Simulator, type SimulatorOptions, startSimulator } from '#simulator';

export const model = 'gemini-3.8-flash';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** As it was parsed; it is looked into freely here. */
  readonly body: ReturnType<typeof JSON.parse>;
}

export class Account {
  readonly #simulator: Simulator;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  get root(): string {
    return `http://127.0.0.1:${this.#simulator.port}`;
  }

  stats(): ReturnType<Simulator['stats']> {
    return this.#simulator.stats();
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    const response = await fetch(path.startsWith('http') ? path : `${this.root}${path}`, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  async open(sizeBytes: number, displayName = 'a.jsonl'): Promise<string> {
    const { headers } = await this.ask(
      'POST',
      '/upload/v1beta/files',
      { file: { displayName } },
      {
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': String(sizeBytes),
        'x-goog-upload-header-content-type': 'application/jsonl',
      },
    );
    return headers.get('x-goog-upload-url') ?? '';
  }

  send(place: string, text: string, offset = 0, command = 'upload, finalize'): Promise<Answered> {
    const headers = { 'x-goog-upload-offset': String(offset), 'x-goog-upload-command': command };
    return this.ask('POST', place, text, headers);
  }

  /** @returns the file's name. */
  async upload(text: string, displayName?: string): Promise<string> {
    const place = await this.open(Buffer.byteLength(text), displayName);
    return (await this.send(place, text)).body.file.name;
  }

  async create(
    fileName: string,
    displayName = 'mine',
    method = 'batchGenerateContent',
    of = model,
  ): Promise<Answered> {
    return this.ask('POST', `/v1beta/models/${of}:${method}`, {
      batch: { displayName, inputConfig: { fileName } },
    });
  }

  /** @returns the lines of the responses of a batch with these lines. */
  async run(lines: readonly unknown[], method?: string, of?: string): Promise<readonly Answered['body'][]> {
    const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
    const { body: made } = await this.create(await this.upload(text), 'mine', method, of);
    const { body } = await this.ask('GET', `/v1beta/${made.name}`);
    const { body: responses } = await this.ask(
      'GET',
      `/download/v1beta/${body.response.responsesFile}:download?alt=media`,
    );
    return String(responses)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
}

export async function account(context: TestContext, options: SimulatorOptions = {}): Promise<Account> {
  const simulator = await startSimulator({ latencyMs: 0, faults: 'shuffle=off', ...options });
  context.after(() => simulator.dispose());
  return new Account(simulator);
}

export function line(key: string, text: string, config: object = {}): object {
  const contents = [{ role: 'user', parts: [{ text }] }];
  return { key, request: { contents, generationConfig: config } };
}
