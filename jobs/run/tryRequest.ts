// One request alone, now: what it is, what it can cost, and what came back. For a look before a file is sent.
import {
  answeredRow,
  type Configuration,
  type Dialect,
  defaultModel,
  detectFile,
  indentJson,
  isBilled,
  type LineEstimate,
  type Outcome,
  outcomeUsd,
  type RowFacts,
  type RowNote,
  readOutcome,
  readRequest,
  readSyncLine,
  resultLineOf,
  type SyncCall,
  withoutByteOrderMark,
} from '#core';
import { AnswerFormats, estimateLines } from '#files';
import { type Account, providerLabel } from '../accounts/accounts.ts';
import { boundUsd } from '../plan/priceSentence.ts';
import { HttpSender } from './httpSender.ts';
import type { SyncProvider } from './port.ts';
import { runPriceOf } from './runPlan.ts';

export interface TriedLine {
  readonly kind: 'line';
  readonly dialect: Dialect;
  readonly call: SyncCall;
  readonly estimate: LineEstimate;
  readonly text: string;
}

export type TryLine = TriedLine | { readonly kind: 'unfit' };

/** @param text one line. @param today ISO date. @returns `unfit` for what is no request of any provider. */
export async function readTry(text: string, config: Configuration, today: string): Promise<TryLine> {
  const kind = detectFile([text], config.provider);
  if (kind?.kind !== 'requests') return { kind: 'unfit' };
  const { dialect } = kind;
  const read = readSyncLine(text, dialect, defaultModel(dialect, config));
  const [estimate] = await estimateLines({ texts: [text], today, config, provider: dialect.provider });
  return read.kind === 'call' && estimate
    ? { kind: 'line', dialect, call: read.call, estimate, text }
    : { kind: 'unfit' };
}

/** "Try this request at OpenAI (key …4f2a)?", and what it can cost. */
export function tryWords(account: Account, { call, estimate }: TriedLine): readonly [string, string] {
  const price = runPriceOf(account, estimate);
  return [`Try this request at ${providerLabel(account)}?`, `${call.model ?? call.endpoint} · ${price}`];
}

/** In USD; null: without a bound, or the price is not known. */
export function tryMostUsd({ estimate }: TriedLine): number | null {
  return boundUsd({ usd: estimate.syncUsd, cacheWriteUsd: estimate.cacheWriteUsd.sync });
}

export type Tried =
  | {
      readonly kind: 'tried';
      readonly row: RowFacts;
      /** HTTP. */
      readonly status: number;
      /** The whole answer, indented where it is JSON. */
      readonly response: string;
      readonly elapsedMs: number;
    }
  /** No answer came; one sentence. Unless it was surely not sent it may have been paid for. */
  | { readonly kind: 'problem'; readonly message: string; readonly isSent: boolean };

export interface TryOptions {
  readonly config: Configuration;
  /** ISO date. */
  readonly today: string;
  readonly provider?: SyncProvider | undefined;
  readonly now?: (() => number) | undefined;
}

/** The paid call, once. @throws the signal's reason. */
export async function tryRequest(
  account: Account,
  { dialect, call, text: asked }: TriedLine,
  options: TryOptions,
  signal: AbortSignal,
): Promise<Tried> {
  const { config, today, now = () => performance.now() } = options;
  const { anthropicVersion } = config;
  const sender = options.provider ?? new HttpSender(account, { anthropicVersion });
  const beganMs = now();
  const { path, model, body } = call;
  const answer = await sender.send({ path, model, body }, signal);
  const elapsedMs = now() - beganMs;
  if (answer.kind === 'problem') {
    const { kind, message } = answer.problem;
    const isSent = kind !== 'unreachable';
    const doubt = isSent ? ' It may have been paid for all the same.' : '';
    return { kind: 'problem', message: message + doubt, isSent };
  }
  const { status, requestId } = answer.value;
  const isGood = status >= 200 && status < 300;
  // Providers repeat a part of the key that they refuse.
  const text = isGood ? answer.value.body : sender.redact(answer.value.body);
  const line = resultLineOf('try', call.id, { status, requestId, body: text, problem: null }, dialect);
  const outcome = readOutcome(line);
  if (outcome.kind !== 'outcome') {
    return { kind: 'problem', message: 'The answer cannot be read.', isSent: true };
  }
  const pricing = { today, config, provider: dialect.provider, batchModel: model, kind: 'standard' } as const;
  const costUsd = isBilled(outcome) ? outcomeUsd(outcome, model, pricing) : null;
  const answered = answeredRow({ line: 0, customId: call.id }, outcome, { attempt: 1, costUsd });
  const row = { ...answered, note: answered.note ?? formNote(asked, outcome) };
  return { kind: 'tried', row, status, response: indented(text), elapsedMs };
}

/** Whether the answer has the form that its request asked for; null: it has, or none was asked for. */
function formNote(request: string, outcome: Outcome): RowNote | null {
  const formats = new AnswerFormats();
  const format = formats.add(readRequest(withoutByteOrderMark(request)).format);
  return formats.noteOf(format, outcome, Buffer.from(request));
}

function indented(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  return indentJson(text);
}
