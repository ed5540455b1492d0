// A run without network and without waiting: a provider that answers as the test says, and a clock that jumps.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { defaultConfiguration, dialectOf, type PaceLimits } from '#core';
import { merge } from '#files';
import {
  type Account,
  type Answer,
  type ApiProblem,
  type RunAnswer,
  type RunIdentity,
  type RunReport,
  runFile,
  runFolderOf,
  type SyncAnswer,
  type SyncProvider,
  type SyncRequest,
} from '#jobs';

export type Reply = Answer<SyncAnswer> | Promise<Answer<SyncAnswer>>;

export function answered(body: unknown, changes: Partial<SyncAnswer> = {}): Answer<SyncAnswer> {
  const value = { status: 200, body: JSON.stringify(body), requestId: 'req', retryAfterMs: null, room: null };
  return { kind: 'ok', value: { ...value, ...changes } };
}

export function refused(status: number, code: string, changes: Partial<SyncAnswer> = {}): Answer<SyncAnswer> {
  return answered({ error: { code, message: `${code} it is` } }, { status, ...changes });
}

export function problem(kind: ApiProblem['kind']): Answer<SyncAnswer> {
  return {
    kind: 'problem',
    problem: { kind, status: null, code: null, message: 'It broke.', retryAfterMs: null },
  };
}

export function chat(text: string): unknown {
  return {
    model: 'gpt-4o-mini',
    choices: [{ message: { content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  };
}

export interface Row {
  readonly line: number;
  readonly custom_id: string | null;
  readonly status: string;
  readonly text: string | null;
  readonly cost_usd: number | null;
  readonly attempt: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const account: Account = {
  ...{ profile: 'openai', provider: 'openai', baseUrl: 'http://127.0.0.1:1/v1' },
  ...{ apiKey: null, headers: {}, apiVersion: null },
};

export class RunWorld {
  readonly folder: string;
  readonly home: string;
  readonly file: string;
  readonly out: string;
  /** What was sent, in order: the user's text. */
  readonly calls: string[] = [];
  /** Milliseconds that were waited for. */
  readonly waits: number[] = [];
  mostUnderWay = 0;
  underWay = 0;
  #nowMs = 0;

  constructor(context: TestContext, lines: readonly string[]) {
    this.folder = mkdtempSync(join(tmpdir(), 'llm-batch-run-'));
    context.after(() => rm(this.folder, { recursive: true, force: true }));
    this.home = join(this.folder, 'home');
    this.file = join(this.folder, 'rows.jsonl');
    this.out = join(this.folder, 'rows.results.jsonl');
    writeFileSync(this.file, lines.map((line) => `${line}\n`).join(''));
  }

  get identity(): RunIdentity {
    const sha256 = createHash('sha256').update(readFileSync(this.file)).digest('hex');
    return { home: this.home, sha256, account, provider: 'openai', model: null };
  }

  provider(reply: (text: string, call: number) => Reply): SyncProvider {
    return {
      redact: (message) => message.replaceAll('sk-secret', '…'),
      send: async ({ body }: SyncRequest) => {
        const text = (JSON.parse(body) as { readonly messages: readonly [{ readonly content: string }] })
          .messages[0].content;
        const call = this.calls.push(text);
        this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
        try {
          await new Promise(setImmediate);
          return await reply(text, call);
        } finally {
          this.underWay--;
        }
      },
    };
  }

  async run(
    reply: (text: string, call: number) => Reply,
    changes: {
      readonly limits?: Partial<PaceLimits>;
      readonly stop?: AbortSignal;
      readonly isNew?: boolean;
      readonly merge?: typeof merge;
      readonly onToldToWait?: (waitMs: number) => void;
    } = {},
  ): Promise<RunAnswer> {
    const { identity, file, out } = this;
    return runFile(
      {
        ...{ identity, file, out, config: defaultConfiguration, today: '2026-11-21' },
        merge: changes.merge ?? merge,
        onToldToWait: changes.onToldToWait,
        folder: await runFolderOf(identity, changes.isNew === true),
        provider: this.provider(reply),
        dialect: dialectOf('openai'),
        limits: { concurrency: 4, requestsPerMinute: null, tokensPerMinute: null, ...changes.limits },
        random: () => 0.5,
        clock: {
          now: () => this.#nowMs,
          sleep: async (delayMs, signal) => {
            await new Promise(setImmediate);
            if (signal.aborted) return;
            this.waits.push(delayMs);
            // Waits for an end, not for a time, are as long as there can be.
            if (delayMs < 3_600_000) this.#nowMs += delayMs;
            else await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
          },
        },
      },
      { stop: changes.stop ?? new AbortController().signal, abandon: new AbortController().signal },
    );
  }

  /** As `run`, where it is known to run. */
  async ran(...args: Parameters<RunWorld['run']>): Promise<RunReport> {
    const answer = await this.run(...args);
    if (answer.kind !== 'ran') throw new Error(answer.message);
    return answer;
  }

  rows(): readonly Row[] {
    return readFileSync(this.out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
  }
}

export function line(id: string | null, text = id ?? '', model = 'gpt-4o-mini'): string {
  const body = { model, messages: [{ role: 'user', content: text }], max_tokens: 10 };
  return JSON.stringify({
    ...(id === null ? {} : { custom_id: id }),
    method: 'POST',
    url: '/v1/chat/completions',
    body,
  });
}

export function linesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => line(`r${at + 1}`));
}
