// How does the simulator run? An HTTP server on loopback that finds the handler of a call and sends its reply.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAnthropicApi } from './anthropic/api.ts';
import { type Faults, parseFaults } from './faults.ts';
import { createGeminiApi } from './gemini/api.ts';
import { type Api, type Call, matchPath, type Reply, type Route, sendReply } from './http.ts';
import { createOpenAiApi } from './openai/api.ts';
import { createAzureApi, createCompatibleApi } from './openai/flavours.ts';

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Nothing but loopback is ever bound. */
  readonly host?: '127.0.0.1';
  /** Where files and batches are kept over a restart; without it a temporary folder, removed on dispose. */
  readonly dataDir?: string;
  /** From the creation of a batch to its end, about 9 s by default; 0 ends it at the first look. */
  readonly latencyMs?: number;
  /** See `parseFaults`. */
  readonly faults?: string;
  /** Largest input file of a batch, 200 MiB by default. */
  readonly maxFileSizeBytes?: number;
  /** Milliseconds since 1970; real time by default. */
  readonly now?: () => number;
}

export interface SimulatorStats {
  readonly batches: number;
  readonly files: number;
  /** Calls since the start by route, e.g. `{ 'POST /v1/batches': 2 }`; `*` stands for an id. */
  readonly requests: Readonly<Record<string, number>>;
}

export interface Simulator {
  /** To be given to a client as base URL, e.g. `http://127.0.0.1:4010/v1`. */
  readonly url: string;
  readonly port: number;
  stats(): SimulatorStats;
  /** Cuts every connection; state in a `dataDir` stays. */
  dispose(): Promise<void>;
}

const usualLatencyMs = 9000;
const usualMaxFileSizeBytes = 200 * 1024 * 1024;
/** Message Batches (2026-08-22): the body of a create call, where nothing is uploaded. */
const anthropicBodyBytes = 256 * 1024 * 1024;

/** Resolves when the server listens. Rejects with one sentence for a wrong fault list or a port that is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const faults = parseFaults(options.faults ?? '');
  if ('problem' in faults) throw new Error(faults.problem as string);
  const stop = new AbortController();
  const folder = options.dataDir ?? mkdtempSync(join(tmpdir(), 'llm-batch-simulator-'));
  mkdirSync(folder, { recursive: true });
  const apis = openApis(options, faults, folder, stop.signal);
  const requests: Record<string, number> = {};
  const server = createServer((request, response) => {
    void answer(apis, request, response, requests, stop.signal);
  });
  let disposed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    stop.abort();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await Promise.all(apis.map((api) => api.dispose()));
    if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    stats: () => ({ ...totalOf(apis), requests: { ...requests } }),
    dispose: () => {
      disposed ??= close();
      return disposed;
    },
  };
}

/** Each keeps to a folder of its own, and counts faults by itself. */
function openApis(
  options: SimulatorOptions,
  faults: Faults,
  folder: string,
  signal: AbortSignal,
): readonly Api[] {
  const shared = {
    faults,
    durationMs: options.latencyMs ?? usualLatencyMs,
    maxFileSizeBytes: options.maxFileSizeBytes ?? usualMaxFileSizeBytes,
    now: options.now ?? Date.now,
    signal,
  };
  return [
    createOpenAiApi({ ...shared, folder: join(folder, 'openai') }),
    createAzureApi({ ...shared, folder: join(folder, 'azure') }),
    createCompatibleApi({ ...shared, folder: join(folder, 'compatible') }),
    createAnthropicApi({
      ...shared,
      folder: join(folder, 'anthropic'),
      maxFileSizeBytes: options.maxFileSizeBytes ?? anthropicBodyBytes,
    }),
    createGeminiApi({ ...shared, folder: join(folder, 'gemini') }),
  ];
}

function totalOf(apis: readonly Api[]): { readonly batches: number; readonly files: number } {
  const stats = apis.map((api) => api.stats());
  return {
    batches: stats.reduce((sum, { batches }) => sum + batches, 0),
    files: stats.reduce((sum, { files }) => sum + files, 0),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} is in use on this machine; choose another one.`) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(
  apis: readonly Api[],
  request: IncomingMessage,
  response: ServerResponse,
  requests: Record<string, number>,
  signal: AbortSignal,
): Promise<void> {
  response.setHeader('x-request-id', `req_${randomBytes(16).toString('hex')}`);
  try {
    const reply = await replyTo(apis, request, requests);
    // What the handler did not read of the body must not stand in the way of the answer.
    request.resume();
    await sendReply({ request }, response, reply, signal);
  } catch {
    // The client went away or the simulator is being disposed of.
    request.socket.destroy();
  }
}

async function replyTo(
  apis: readonly Api[],
  request: IncomingMessage,
  requests: Record<string, number>,
): Promise<Reply> {
  const target = request.url ?? '/';
  const base = 'http://127.0.0.1';
  if (!URL.canParse(target, base)) return (apis[0] as Api).unknown(request.method ?? '', target);
  const url = new URL(target, base);
  for (const api of apis) {
    const found = findRoute(api, request.method ?? '', url.pathname);
    if (found === null) continue;
    const name = `${found.route.method} ${found.route.path}`;
    requests[name] = (requests[name] ?? 0) + 1;
    const call: Call = { request, url, id: found.id };
    try {
      return api.guard(call) ?? (await found.route.handle(call));
    } catch {
      return api.failure();
    }
  }
  return (apis[0] as Api).unknown(request.method ?? '', url.pathname);
}

function findRoute(api: Api, method: string, path: string): { route: Route; id: string } | null {
  for (const route of api.routes) {
    const id = route.method === method ? matchPath(route.path, path) : null;
    if (id !== null) return { route, id };
  }
  return null;
}
