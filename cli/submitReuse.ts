// `llm-batch submit --reuse`: the answers that earlier jobs have to the same requests are kept, and only the others are sent.
import { resolve } from 'node:path';
import type { Plan, ReusedAnswers } from '#jobs';
import type { FullShownCheck } from './check.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { CouldNotRun } from './failure.ts';
import type { Input } from './input.ts';
import { printable } from './printable.ts';
import { workProgress } from './progress.ts';
import type { SubmitOptions } from './submit.ts';
import type { Terminal } from './terminal.ts';
import { shownPath, today } from './words.ts';
import type { Workshop } from './workshop.ts';

/** What would be sent: all of a file, or what is left of it. */
export interface ToSend {
  readonly plan: Plan;
  readonly checked: FullShownCheck;
  readonly reuse?: ReusedAnswers;
}

export interface Sender {
  readonly options: SubmitOptions;
  readonly workshop: Workshop;
  readonly terminal: Terminal;
  /** Checks and prices a file of some of the requests. */
  planFor(input: Input): Promise<ToSend>;
  send(what: ToSend): Promise<ExitCode>;
}

/** From here on it takes seconds. */
const longBytes = 20_000_000;

/** @param all everything as it would be sent without --reuse. @throws CouldNotRun, AbortError. */
export async function sendUnanswered(input: Input, all: ToSend, sender: Sender): Promise<ExitCode> {
  const { options, workshop, terminal, planFor, send } = sender;
  const { blockedBy, findAnswers, withReuse } = await import('#jobs');
  if (blockedBy(all.plan, options.allowErrors === true) !== null) return send(all);
  const { openTemporaryFolder, reuse } = await import('#files');
  const folder = await openTemporaryFolder();
  const progress = await workProgress('Looking for earlier answers', terminal);
  if (all.plan.sizeBytes > longBytes && !terminal.showsProgress)
    terminal.note('Looking for the answers of earlier jobs.');
  try {
    const { account, endpoint, model } = all.plan;
    const question = { file: input.path, account, endpoint, model, folder: folder.path };
    const { store } = workshop;
    const found = await findAnswers({ store, reuse }, question, terminal.signal, progress.at);
    progress.stop();
    if (found.kind !== 'found') throw new CouldNotRun(found.message, 'file');
    const { reused: rows, rest, jobs, restPath, rowsPath } = found;
    if (rows === 0) {
      terminal.note('No earlier job has an answer to any of these requests.');
      return await send(all);
    }
    if (rest === 0) return await answerAll(input, { rows, jobs, rowsPath }, sender);
    const left = await planFor({ ...input, path: restPath });
    const { plan, checked } = left;
    const kept = { restPath, restSha256: checked.sha256, restRequests: rest, rowsPath, rows, jobs };
    return await send({ plan: withReuse(plan, all.plan, { rows, jobs }), checked, reuse: kept });
  } finally {
    progress.stop();
    await folder.dispose();
  }
}

/** Nothing is left to be sent: the answers that are there are all. */
async function answerAll(
  input: Input,
  {
    rows,
    jobs,
    rowsPath,
  }: { readonly rows: number; readonly jobs: readonly string[]; readonly rowsPath: string },
  { options, terminal }: Sender,
): Promise<ExitCode> {
  const { defaultResultsPath, mergeAnswers } = await import('#jobs');
  const { merge } = await import('#files');
  const { formatNumberOf } = await import('#core');
  const out = options.out === undefined ? defaultResultsPath(input.path) : resolve(options.out);
  const wanted = { file: input.path, rowsPath, out, today: today() };
  const merged = await mergeAnswers({ merge }, wanted, terminal.signal);
  if (merged.kind !== 'merged') {
    const advice = merged.kind === 'notOurs' ? ' Say with --out FILE where the results go.' : '';
    throw new CouldNotRun(`${merged.message}${advice}`, 'file');
  }
  if (options.format === 'json') terminal.printJson({ jobs: [], reused: { rows, jobs, results: out } });
  else {
    const answers = formatNumberOf(rows, 'request has an answer', 'requests have their answers');
    const [first = '', ...others] = jobs;
    const from = others.length === 0 ? `job ${printable(first)}` : `${jobs.length} earlier jobs`;
    terminal.print(`Nothing was sent: ${answers} from ${from}.`);
    terminal.print(`Results: ${shownPath(out)}`);
  }
  return exitCode.clean;
}
