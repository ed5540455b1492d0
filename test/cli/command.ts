// The real command as a person starts it: a process with its own folder, environment and streams.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { assertFormat } from './formats.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
/** The many short processes share what Node makes of the sources. */
const compileCache = fileURLToPath(new URL('../../out/compile-cache', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface StartOptions {
  /** Null leaves it open. */
  readonly stdin?: string | Uint8Array | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** A folder for one test: files are written there, the command runs there and keeps its state there. */
export class Workplace {
  readonly folder: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Workplace> {
    return new Workplace(await mkdtemp(join(tmpdir(), 'llm-batch-cli-')));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  get home(): string {
    return this.path('home');
  }

  start(args: readonly string[], options: StartOptions = {}): ChildProcess {
    const { PATH, SystemRoot, TEMP } = process.env;
    const child = spawn(process.execPath, [main, ...args], {
      cwd: this.folder,
      env: {
        ...{ PATH, SystemRoot, TEMP, HOME: this.folder, NODE_COMPILE_CACHE: compileCache },
        LLM_BATCH_HOME: this.home,
        ...options.env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
    // A command that does not read its input closes it; that is its right.
    child.stdin?.on('error', () => {});
    if (options.stdin !== null) child.stdin?.end(options.stdin ?? '');
    return child;
  }

  async run(args: readonly string[], options: StartOptions = {}): Promise<Outcome> {
    const outcome = await outcomeOf(this.start(args, options));
    assertFormat(args, outcome);
    return outcome;
  }

  /** Starts `simulate` on a free port and waits for its URL. */
  async simulate(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly url: string; readonly child: ChildProcess }> {
    const child = this.start(['simulate', '--port', '0', ...args], { env });
    child.stderr?.resume();
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      return { url: line, child };
    }
    throw new Error('simulate printed no URL');
  }

  async dispose(): Promise<void> {
    const ended = [...this.#children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    // A simulator removes its files when it is asked to end.
    for (const child of this.#children) child.kill('SIGTERM');
    const patience = setTimeout(() => {
      for (const child of this.#children) child.kill('SIGKILL');
    }, 3000);
    await Promise.all(ended);
    clearTimeout(patience);
    await rm(this.folder, { recursive: true, force: true });
  }
}

export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

/** A chat request as a line of a batch file. */
export function chatLine(id: string, text = `Say ${id}.`, body: object = {}): string {
  return JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: {
      model: 'gpt-5.4-mini',
      messages: [{ role: 'user', content: text }],
      max_completion_tokens: 50,
      ...body,
    },
  });
}

/** Lines for requests `r1` … `rN`. */
export function chatLines(count: number): string {
  return Array.from({ length: count }, (_, i) => `${chatLine(`r${i + 1}`)}\n`).join('');
}
