// Plays a scenario: a server that answers as the scenario says, the real SDK, the job driver and the merge, and what came of it as text.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Job } from '#core';
import { type Account, accountOf, type JobRunner, providerFor } from '#jobs';
import { FakeProvider } from './fakeProvider.ts';
import { type Asked, json, startScripted } from './scriptedServer.ts';
import { World } from './world.ts';

/** What the provider says to one call. */
interface Exchange {
  /** Such as `GET /v1/batches/batch_1`. */
  readonly ask: string;
  /** How often it is said; default once. */
  readonly times?: number | 'always';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as JSON. */
  readonly json?: unknown;
  /** A batch object: the scenario's own with these changes. */
  readonly batch?: object;
  /** A list of batch objects, each the scenario's own with these changes. */
  readonly batches?: readonly object[];
  readonly hasMore?: boolean;
  /** A result file: one value a line; a string is a line as it is. */
  readonly lines?: readonly unknown[];
  /** The connection breaks instead of an answer. */
  readonly breaks?: true;
}

export interface Scenario {
  readonly about: string;
  /** Where the shapes come from. */
  readonly source: string;
  readonly requests: readonly string[];
  /** The batch object, of which the exchanges name only what changes. */
  readonly batch: object;
  readonly exchanges: readonly Exchange[];
  /** A person cancels when the job first shows this status of the provider. */
  readonly cancelAt?: string;
  /** When it is over, a person has what failed sent again. */
  readonly retry?: true;
}

const signal = new AbortController().signal;

export async function play(context: TestContext, scenario: Scenario): Promise<string> {
  const world = await World.make(scenario.requests);
  context.after(() => world.remove());
  const calls: string[] = [];
  const left = scenario.exchanges.map(({ times = 1 }) =>
    times === 'always' ? Number.POSITIVE_INFINITY : times,
  );
  const server = await startScripted(context, (asked, response) => {
    const call = `${asked.method} ${asked.url.replace(/\?.*/, '')}`;
    calls.push(nameOf(asked));
    const index = scenario.exchanges.findIndex(({ ask }, at) => ask === call && (left[at] ?? 0) > 0);
    const exchange = scenario.exchanges[index];
    if (exchange === undefined) {
      calls.push('  ^ of which the scenario says nothing');
      return json(response, 418, { error: { message: 'The scenario says nothing of this call.' } });
    }
    left[index] = (left[index] ?? 0) - 1;
    if (exchange.breaks) return void response.destroy();
    const { status = 200, headers = {} } = exchange;
    if (exchange.lines === undefined) return json(response, status, bodyOf(scenario, exchange), headers);
    response.writeHead(status, { 'content-type': 'application/octet-stream', ...headers });
    response.end(
      exchange.lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    );
  });
  const states: string[] = [];
  const job = await live(world, server.url, scenario, states);
  const unsaid = scenario.exchanges.filter(({ times }, at) => times !== 'always' && (left[at] ?? 0) > 0);
  const text = [
    scenario.about,
    ...section('calls', counted(calls)),
    ...section('job', states),
    ...section('rows', await rowsOf(world, job)),
    ...section(
      'never asked',
      unsaid.map(({ ask }) => ask),
    ),
  ].join('\n');
  return `${text}\n`.replaceAll(world.folder, '').replaceAll(new URL(server.url).host, 'PROVIDER');
}

/** From the submission to the end, or to where it stops. */
async function live(world: World, url: string, scenario: Scenario, states: string[]): Promise<Job> {
  const answer = accountOf({ profile: 'openai', provider: 'openai', baseUrl: url, apiKey: null });
  if (answer.kind === 'problem') throw new Error(answer.problem.message);
  const { account } = answer;
  const runner = world.process(new FakeProvider(), {
    provider: providerFor,
    accountFor: () => Promise.resolve({ kind: 'account', account }),
  });
  let cancelled = scenario.cancelAt === undefined;
  const onChange = (job: Job): void => {
    const line = stateLine(job);
    if (states.at(-1) !== line) states.push(line);
    if (cancelled || job.parts.at(-1)?.remote?.status !== scenario.cancelAt) return;
    cancelled = true;
    void runner.cancel(job.id);
  };
  const first = await follow(runner, world, account, onChange, states);
  if (!scenario.retry) return first;
  states.push('(sent again)');
  const begun = await runner.retryFailed(first.id);
  if (begun.kind !== 'job') throw new Error(begun.message);
  return follow(runner, world, account, onChange, states, begun.job.id);
}

async function follow(
  runner: JobRunner,
  world: World,
  account: Account,
  onChange: (job: Job) => void,
  states: string[],
  id?: string,
): Promise<Job> {
  let known = id;
  if (known === undefined) {
    const made = await runner.intend({ ...(await world.submitRequest()), account });
    if (made.kind !== 'made') throw new Error(made.message);
    known = made.job.id;
  }
  const { job, stopped } = await runner.follow(known, { signal, until: 'end', onChange });
  states.push(stopped === null ? endLine(job) : `stopped: ${stopped}`);
  return job;
}

function bodyOf(
  { batch }: Scenario,
  { json: body, batch: change, batches, hasMore = false }: Exchange,
): unknown {
  if (change !== undefined) return { ...batch, ...change };
  if (batches === undefined) return body;
  return { object: 'list', data: batches.map((one) => ({ ...batch, ...one })), has_more: hasMore };
}

function nameOf({ method, url }: Asked): string {
  const { pathname, searchParams } = new URL(url, 'http://x');
  const after = searchParams.get('after');
  return `${method} ${pathname}${after === null ? '' : ` after ${after}`}`;
}

/** Calls in a row that are the same are one line. */
function counted(calls: readonly string[]): readonly string[] {
  const lines: { call: string; times: number }[] = [];
  for (const call of calls) {
    const last = lines.at(-1);
    if (last?.call === call) last.times += 1;
    else lines.push({ call, times: 1 });
  }
  return lines.map(({ call, times }) => (times === 1 ? call : `${call} × ${times}`));
}

function stateLine({ state, message, parts, cancelRequested, attempt }: Job): string {
  const remote = parts.findLast((part) => part.attempt === attempt)?.remote;
  const counts = remote?.counts
    ? ` ${remote.counts.completed}+${remote.counts.failed} of ${remote.counts.total}`
    : '';
  const words = [
    state,
    remote ? `(${remote.status}${counts})` : '',
    cancelRequested ? 'to be cancelled' : '',
  ];
  return `${words.filter((word) => word !== '').join(' ')}${message === null ? '' : `: ${message}`}`;
}

function endLine({ state, rows, costUsd, resultsReady }: Job): string {
  const counts = Object.entries(rows ?? {}).flatMap(([name, count]) =>
    count > 0 ? [`${count} ${name}`] : [],
  );
  const cost = costUsd === null ? 'unknown' : `$${costUsd.toFixed(8)}`;
  return resultsReady
    ? `end: ${state}, ${counts.join(', ')}, cost ${cost}`
    : `end: ${state}, without results`;
}

interface Row {
  readonly custom_id: string | null;
  readonly status: string;
  readonly text: string | null;
  readonly finish_reason: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly attempt: number;
}

async function rowsOf(world: World, job: Job): Promise<readonly string[]> {
  const rows = await linesOf(job.resultsPath);
  const surplus = await linesOf(join(world.folder, 'a.surplus.jsonl'));
  return [
    ...rows.map((line) => {
      const { custom_id, status, text, finish_reason, error, attempt } = JSON.parse(line) as Row;
      const said = text === null ? '' : ` ${JSON.stringify(text)} (${finish_reason})`;
      const wrong = error === null ? '' : ` ${error.code}: ${error.message}`;
      return `${custom_id} ${status}${said}${wrong}${attempt > 1 ? ` (attempt ${attempt})` : ''}`;
    }),
    ...surplus.map((line) => `surplus ${line}`),
  ];
}

async function linesOf(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text === '' ? [] : text.trimEnd().split('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}
