// Who does the heavy counting, so that typing never waits? Worker threads with two queues: what a person is looking at
// goes before what a file still needs.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { LineEstimate } from '#core';
import type { LinesToEstimate } from './pass/estimateLines.ts';
import type { WorkerOps, WorkerReply, WorkerRequest } from './worker.ts';

export type Priority = 'interactive' | 'bulk';

export interface RunOptions {
  readonly priority?: Priority | undefined;
  /** Aborting rejects at once with the signal's reason; a task that has begun runs on unheard. */
  readonly signal?: AbortSignal | undefined;
  /** It is short, and may be sent to a worker that is busy with one like it, which then is never idle between the two. */
  readonly ahead?: boolean | undefined;
}

export interface WorkerPoolOptions {
  /** Threads; one is left to the thread that asks. Default: cores − 1, 1 to 4. */
  readonly size?: number;
  /** What the threads run; tests hand in others. */
  readonly script?: URL;
  /** Wait before the second of two workers that crashed in a row is replaced, and twice as long each time after. */
  readonly coolDownMs?: number;
}

type OpArgument<Op extends keyof WorkerOps> = Parameters<WorkerOps[Op]>[0];
type OpResult<Op extends keyof WorkerOps> = Awaited<ReturnType<WorkerOps[Op]>>;

/** A task of a worker that is no more, because it crashed or the pool was disposed of. */
export class WorkerStoppedError extends Error {
  override readonly name = 'WorkerStoppedError';
}

interface Task {
  readonly request: WorkerRequest;
  readonly ahead: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Slot {
  worker: Worker | null;
  /** At work, and sent ahead. */
  tasks: Task[];
  crashesInARow: number;
  coolDown: NodeJS.Timeout | null;
}

/** For what is soon forgotten, which is most; left to itself it grows to 150 MB in each thread and nothing is faster (2026-11-21). */
const maxYoungGenerationSizeMb = 24;
const defaultCoolDownMs = 1000;
const longestCoolDownMs = 60_000;

function defaultSize(): number {
  return Math.max(1, Math.min(4, availableParallelism() - 1));
}

/** The built script lies beside the built chunks, the source beside the sources. */
function defaultScript(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
}

/** Starts threads when there is work, keeps them until `dispose`; idle ones do not keep the process alive. */
export class WorkerPool {
  readonly size: number;
  readonly #script: URL;
  readonly #coolDownMs: number;
  readonly #slots: Slot[];
  readonly #queues: Readonly<Record<Priority, Task[]>> = { interactive: [], bulk: [] };
  #lastId = 0;
  #disposed = false;

  constructor(options: WorkerPoolOptions = {}) {
    this.size = options.size ?? defaultSize();
    this.#script = options.script ?? defaultScript();
    this.#coolDownMs = options.coolDownMs ?? defaultCoolDownMs;
    this.#slots = Array.from({ length: this.size }, () => ({
      worker: null,
      tasks: [],
      crashesInARow: 0,
      coolDown: null,
    }));
  }

  /** One for each text; null where the line is no JSON object. */
  estimateLines(lines: LinesToEstimate, options?: RunOptions): Promise<readonly (LineEstimate | null)[]> {
    return this.run('estimate', lines, options);
  }

  /** Rejects with what the operation threw, the signal's reason, or WorkerStoppedError. */
  run<Op extends keyof WorkerOps>(
    op: Op,
    argument: OpArgument<Op>,
    { priority = 'bulk', signal, ahead = false }: RunOptions = {},
  ): Promise<OpResult<Op>> {
    if (this.#disposed) return Promise.reject(new WorkerStoppedError('The worker pool was disposed of.'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const queue = this.#queues[priority];
      const abort = (): void => {
        const queued = queue.indexOf(task);
        if (queued !== -1) queue.splice(queued, 1);
        reject(signal?.reason);
      };
      const settled = (): void => signal?.removeEventListener('abort', abort);
      const task: Task = {
        request: { id: ++this.#lastId, op, argument },
        ahead,
        resolve: (result) => {
          settled();
          resolve(result as OpResult<Op>);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.push(task);
      this.#dispatch();
    });
  }

  /** Ends the threads; what was asked for and not answered is rejected. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const stopped = new WorkerStoppedError('The worker pool was disposed of.');
    for (const queue of Object.values(this.#queues)) {
      for (const task of queue.splice(0)) task.reject(stopped);
    }
    const ends = this.#slots.map(async (slot) => {
      if (slot.coolDown !== null) clearTimeout(slot.coolDown);
      slot.coolDown = null;
      for (const task of slot.tasks.splice(0)) task.reject(stopped);
      const { worker } = slot;
      slot.worker = null;
      await worker?.terminate();
    });
    await Promise.all(ends);
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (slot.tasks.length > 0 || slot.coolDown !== null) continue;
      const task = this.#queues.interactive.shift() ?? this.#queues.bulk.shift();
      if (task === undefined) return;
      this.#send(task, slot);
    }
    // A worker that always has one more would never come to what a person waits for.
    if (this.#queues.interactive.length > 0) return;
    for (const slot of this.#slots) {
      const [next] = this.#queues.bulk;
      if (!next?.ahead) return;
      if (slot.tasks.length === 1 && slot.tasks[0]?.ahead)
        this.#send(this.#queues.bulk.shift() as Task, slot);
    }
  }

  #send(task: Task, slot: Slot): void {
    slot.tasks.push(task);
    slot.worker ??= this.#start(slot);
    slot.worker.ref();
    slot.worker.postMessage(task.request);
  }

  #start(slot: Slot): Worker {
    // Flags of the process (--eval, --input-type, an inspector's port) are not for its workers.
    const resourceLimits = { maxYoungGenerationSizeMb };
    const worker = new Worker(this.#script, { name: 'llm-batch', execArgv: [], resourceLimits });
    let failure: unknown = null;
    worker.on('message', (reply: WorkerReply) => this.#answered(slot, reply));
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', (code) => {
      if (slot.worker === worker) this.#crashed(slot, failure ?? `exit code ${code}`);
    });
    return worker;
  }

  #answered(slot: Slot, reply: WorkerReply): void {
    const at = slot.tasks.findIndex((task) => task.request.id === reply.id);
    const [task] = at === -1 ? [] : slot.tasks.splice(at, 1);
    if (task === undefined) return;
    slot.crashesInARow = 0;
    if ('error' in reply) task.reject(reply.error);
    else task.resolve(reply.result);
    if (slot.tasks.length === 0) slot.worker?.unref();
    this.#dispatch();
  }

  /** Its task may be the cause, so it is not tried again; the others go to a new worker, at once for the first time. */
  #crashed(slot: Slot, failure: unknown): void {
    const [task, ...waiting] = slot.tasks.splice(0);
    slot.worker = null;
    slot.crashesInARow++;
    this.#queues.bulk.unshift(...waiting);
    const reason = failure instanceof Error ? failure.message : String(failure);
    task?.reject(new WorkerStoppedError(`A worker stopped: ${reason}.`, { cause: failure }));
    if (slot.crashesInARow > 1) {
      const delayMs = Math.min(longestCoolDownMs, this.#coolDownMs * 2 ** (slot.crashesInARow - 2));
      slot.coolDown = setTimeout(() => {
        slot.coolDown = null;
        this.#dispatch();
      }, delayMs);
    }
    this.#dispatch();
  }
}
