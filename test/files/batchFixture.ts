// Request and result lines, and a folder of its own for each test.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { MergeRequest } from '../../files/join/merge.ts';

export interface Folder {
  readonly path: string;
  /** Writes lines, each ended by LF. */
  lines(name: string, lines: readonly string[]): string;
  /** Writes as it is. */
  raw(name: string, content: string | Uint8Array): string;
  text(name: string): string;
  rows(name: string): readonly MergedRow[];
  request(more: Partial<MergeRequest> & Pick<MergeRequest, 'results'>): MergeRequest;
}

export interface MergedRow {
  readonly line: number;
  readonly custom_id: string | null;
  readonly status: string;
  readonly text: string | null;
  readonly cost_usd: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly note: { readonly code: string; readonly message: string } | null;
  readonly attempt: number;
  readonly request: unknown;
  readonly response: unknown;
}

export function folderFor(test: TestContext): Folder {
  const path = mkdtempSync(join(tmpdir(), 'llm-batch-results-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  const raw = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  const text = (name: string): string => readFileSync(join(path, name), 'utf8');
  return {
    path,
    raw,
    text,
    lines: (name, lines) => raw(name, lines.map((line) => `${line}\n`).join('')),
    rows: (name) =>
      text(name)
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    request: (more) => ({
      requests: join(path, 'x.jsonl'),
      out: join(path, 'x.results.jsonl'),
      surplusOut: join(path, 'x.surplus.jsonl'),
      today: '2026-11-21',
      ...more,
    }),
  };
}

export function requestLine(id: unknown, content = 'Hi'): string {
  const body = { model: 'gpt-6-luna', messages: [{ role: 'user', content }] };
  return JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body });
}

export function okLine(id: unknown, text = 'Hello'): string {
  const message = { role: 'assistant', content: text, refusal: null };
  const body = {
    ...{ id: 'chatcmpl-1', object: 'chat.completion', model: 'gpt-6-luna' },
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
  };
  const response = { status_code: 200, request_id: 'req_1', body };
  return JSON.stringify({ id: 'batch_req_1', custom_id: id, response, error: null });
}

export function httpErrorLine(id: unknown, status = 429, code = 'rate_limit_exceeded'): string {
  const body = { error: { message: 'Slow down.', type: 'requests', param: null, code } };
  const response = { status_code: status, request_id: 'req_2', body };
  return JSON.stringify({ id: 'batch_req_2', custom_id: id, response, error: null });
}

export function expiredLine(id: unknown): string {
  const error = { code: 'batch_expired', message: 'Too late.' };
  return JSON.stringify({ id: 'batch_req_3', custom_id: id, response: null, error });
}
