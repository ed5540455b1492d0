// A provider without key or price, inside the editor: one for all windows, its address in the state folder for the terminal.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Simulator } from '#simulator';
import type { Engine } from './engine.ts';
import { readSimulatorFaults } from './settings.ts';

interface Address {
  readonly url: string;
  readonly pid: number;
}

const portKey = 'simulatorPort';
/** Where nobody listens it is known at once; one on a busy computer is not to be taken for gone: its batches are there. */
const answerMs = 10_000;
const watchMs = 5000;

export class EmbeddedSimulator implements vscode.Disposable {
  readonly #engine: Engine;
  readonly #state: vscode.Memento;
  readonly #folder: string;
  readonly #moved = new vscode.EventEmitter<void>();
  #own: Simulator | null = null;
  #url: string | null = null;
  #starting: Promise<string> | null = null;
  #watch: NodeJS.Timeout | undefined;
  #disposed = false;
  /** It answers at another address than before. */
  readonly onDidMove = this.#moved.event;

  constructor(engine: Engine, context: Pick<vscode.ExtensionContext, 'globalState' | 'globalStorageUri'>) {
    this.#engine = engine;
    this.#state = context.globalState;
    this.#folder = join(context.globalStorageUri.fsPath, 'simulator');
  }

  /** The base URL of the one that runs, here or in another window; starts one when there is none. */
  ensure(): Promise<string> {
    this.#starting ??= this.#find().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** While jobs wait for it: takes over when the window that ran it was closed. */
  watch(needed: boolean): void {
    if (needed === (this.#watch !== undefined) || this.#disposed) return;
    clearInterval(this.#watch);
    this.#watch = needed ? setInterval(() => void this.ensure().catch(() => undefined), watchMs) : undefined;
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#watch);
    this.#moved.dispose();
    void this.stop();
  }

  /** Ends the one that runs in this window; its batches are kept for the next. */
  async stop(): Promise<void> {
    const own = this.#own;
    this.#own = null;
    if (own === null) return;
    const address = await this.#read();
    if (address?.pid === process.pid) await rm(await this.#addressPath(), { force: true });
    await own.dispose();
  }

  async #find(): Promise<string> {
    const url = this.#own?.url ?? (await this.#running()) ?? (await this.#start());
    const moved = this.#url !== null && this.#url !== url;
    this.#url = url;
    if (moved) this.#moved.fire();
    return url;
  }

  async #running(): Promise<string | null> {
    const address = await this.#read();
    const { isAlive } = await this.#engine.files();
    return address !== null && isAlive(address.pid) && (await answers(address.url)) ? address.url : null;
  }

  async #start(): Promise<string> {
    const { startSimulator } = await import('#simulator');
    const port = this.#state.get<number>(portKey) ?? 0;
    const options = { dataDir: this.#folder, faults: readSimulatorFaults() };
    // The same port again where it is free: whoever was asking there goes on.
    const own = await startSimulator({ ...options, port }).catch(() => startSimulator(options));
    const path = await this.#addressPath();
    await mkdir((await this.#engine.desk()).store.home, { recursive: true, mode: 0o700 });
    await writeFile(path, `${JSON.stringify({ url: own.url, pid: process.pid })}\n`, { mode: 0o600 });
    if (this.#disposed) {
      await own.dispose();
      throw new vscode.CancellationError();
    }
    this.#own = own;
    await this.#state.update(portKey, own.port);
    return own.url;
  }

  async #addressPath(): Promise<string> {
    return join((await this.#engine.desk()).store.home, 'simulator.json');
  }

  async #read(): Promise<Address | null> {
    try {
      const value = JSON.parse(await readFile(await this.#addressPath(), 'utf8')) as Partial<Address>;
      return typeof value.url === 'string' && typeof value.pid === 'number'
        ? { url: value.url, pid: value.pid }
        : null;
    } catch {
      return null;
    }
  }
}

/** A port may have a new owner: only what answers as the simulator does is one. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/batches?limit=1`, { signal: AbortSignal.timeout(answerMs) });
    const page = (await response.json()) as { readonly object?: unknown };
    return response.ok && page.object === 'list';
  } catch {
    return false;
  }
}
