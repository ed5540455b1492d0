// Says once that a job is over: in one window only, also when it ended while no window was open.
import * as vscode from 'vscode';
import { formatCount, isTerminal, type Job } from '#core';
import { claimAtOnce, claimNotice } from './claim.ts';
import type { Engine } from './engine.ts';
import type { JobList } from './jobList.ts';
import { endWords, isSimulated, unansweredOf } from './jobWords.ts';
import type { Log } from './log.ts';
import { type Offer, say } from './say.ts';
import { readNotifications } from './settings.ts';

/** Jobs that were open when an editor last looked. */
const openKey = 'openJobs';

export class EndNotice implements vscode.Disposable {
  readonly #engine: Engine;
  readonly #list: JobList;
  readonly #state: vscode.Memento;
  readonly #log: Log;
  readonly #open: Set<string>;
  #listener: vscode.Disposable | null = null;

  constructor(engine: Engine, list: JobList, state: vscode.Memento, log: Log) {
    this.#engine = engine;
    this.#list = list;
    this.#state = state;
    this.#log = log;
    this.#open = new Set(state.get<readonly string[]>(openKey) ?? []);
  }

  start(): void {
    this.#listener = this.#list.onDidChange(({ jobs }) => void this.#look(jobs));
    void this.#look(this.#list.known?.jobs ?? []);
  }

  dispose(): void {
    this.#listener?.dispose();
  }

  /** Says how a job ended, unless that was said already. @param always whatever the settings say: somebody waits for it. */
  async tell(job: Job, always: boolean): Promise<void> {
    const left = unansweredOf(job.rows);
    const trouble = job.state === 'failed' || job.state === 'expired' || left > 0;
    const wanted = always ? 'all' : readNotifications();
    if (wanted === 'none' || (wanted === 'problems' && !trouble)) return;
    // Cancelled before anything was sent: whoever did that knows.
    if (job.state === 'cancelled' && job.rows === null) return;
    const claim = always ? claimAtOnce : claimNotice;
    if (!(await claim(this.#engine, job.id, String(job.attempt)))) return;
    const loudness = job.state === 'failed' ? 'error' : trouble ? 'warning' : 'info';
    await say(loudness, endWords(job, vscode.l10n), offersFor(job));
  }

  async #look(jobs: readonly Job[]): Promise<void> {
    let changed = false;
    const ended: Job[] = [];
    for (const job of jobs) {
      if (!isTerminal(job)) {
        changed ||= !this.#open.has(job.id);
        this.#open.add(job.id);
      } else if (this.#open.delete(job.id)) {
        changed = true;
        ended.push(job);
      }
    }
    if (changed) await this.#state.update(openKey, [...this.#open]);
    for (const job of ended)
      void this.tell(job, false).catch((error) => this.#log.failure('telling of an end', error));
  }
}

function offersFor(job: Job): readonly Offer[] {
  const offer = (title: string, command: string): Offer => ({
    title,
    run: () => vscode.commands.executeCommand(command, job.id),
  });
  const left = unansweredOf(job.rows);
  const offers: Offer[] = [];
  if (job.resultsReady) offers.push(offer(vscode.l10n.t('Open results'), 'llmBatch.openResults'));
  if (left > 0) offers.push(offer(vscode.l10n.t('Retry {0}', formatCount(left)), 'llmBatch.retryFailed'));
  if (offers.length > 0) return offers;
  offers.push(offer(vscode.l10n.t('Open the file'), 'llmBatch.revealSource'));
  const neverSent = job.parts.every((part) => part.remote === null);
  // Most often the key: without a batch, the provider said no to whoever asked.
  if (job.state === 'failed' && neverSent && !isSimulated(job)) {
    offers.push({
      title: vscode.l10n.t('Connect a provider'),
      run: () => vscode.commands.executeCommand('llmBatch.connectProvider'),
    });
  }
  return offers;
}
