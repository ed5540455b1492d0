// What should somebody look at before it is too late? For the sidebar, and said once in a notification, also over a reload.
import * as vscode from 'vscode';
import { type Alert, alertsOf, isTerminal, type Job } from '#core';
import { claimNotice } from './claim.ts';
import type { Engine } from './engine.ts';
import type { JobList } from './jobList.ts';
import type { Log } from './log.ts';
import { type Offer, say } from './say.ts';
import { readNotifications, readPersonalSettings } from './settings.ts';
import { cancelHelps } from './tree/alertNodes.ts';

/** What was said already. */
const saidKey = 'alertsSaid';
/** Time passes without a record that changes. */
const lookMs = 60_000;
/** What an editor that was closed for a day missed is made up for first. */
const settleMs = 10_000;

export interface AlertPorts {
  readonly engine: Engine;
  readonly list: JobList;
  readonly state: vscode.Memento;
  readonly log: Log;
  /** Shows the row of a job. */
  reveal(jobId: string): unknown;
}

export class Alerts implements vscode.Disposable {
  readonly #engine: Engine;
  readonly #list: JobList;
  readonly #state: vscode.Memento;
  readonly #log: Log;
  readonly #reveal: (jobId: string) => unknown;
  readonly #said: Set<string>;
  readonly #changed = new vscode.EventEmitter<void>();
  #listener: vscode.Disposable | null = null;
  #settling: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #isSettled = false;
  /** Time has passed: there may be others. */
  readonly onDidChange = this.#changed.event;

  constructor({ engine, list, state, log, reveal }: AlertPorts) {
    this.#engine = engine;
    this.#list = list;
    this.#state = state;
    this.#log = log;
    this.#reveal = reveal;
    this.#said = new Set(state.get<readonly string[]>(saidKey) ?? []);
  }

  start(): void {
    this.#listener = vscode.Disposable.from(
      this.#list.onDidChange(() => this.#look()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('llmBatch.alerts')) this.#lookAgain();
      }),
    );
    this.#settling = setTimeout(() => {
      this.#isSettled = true;
      this.#looking = setInterval(() => this.#lookAgain(), lookMs);
      this.#lookAgain();
    }, settleMs);
  }

  dispose(): void {
    clearTimeout(this.#settling);
    clearInterval(this.#looking);
    this.#listener?.dispose();
    this.#changed.dispose();
  }

  /** By job; the most pressing first. Jobs without any are not in it. */
  async of(jobs: readonly Job[]): Promise<ReadonlyMap<string, readonly Alert[]>> {
    const found = new Map<string, readonly Alert[]>();
    if (!this.#isSettled) return found;
    const { readSettings } = await this.#engine.jobs();
    const { alerts: thresholds } = readSettings(readPersonalSettings()).settings;
    for (const job of jobs) {
      const alerts = alertsOf(job, Date.now(), thresholds);
      if (alerts.length > 0) found.set(job.id, alerts);
    }
    return found;
  }

  #lookAgain(): void {
    this.#changed.fire();
    this.#look();
  }

  #look(): void {
    void this.#tellNew().catch((error) => this.#log.failure('telling of an alert', error));
  }

  /** Of what is over the notice of its end speaks. */
  async #tellNew(): Promise<void> {
    if (readNotifications() === 'none') return;
    const jobs = this.#list.known?.jobs ?? [];
    const open = jobs.filter((job) => !isTerminal(job));
    for (const [id, alerts] of await this.of(open)) {
      const job = open.find((one) => one.id === id);
      // How many succeeded is said in a moment, with the end.
      const fresh = alerts.filter(
        (alert) =>
          !this.#said.has(saidName(id, job?.attempt, alert)) &&
          !(alert.kind === 'completion' && job?.state === 'finishing'),
      );
      if (job === undefined || fresh.length === 0) continue;
      for (const alert of fresh) this.#said.add(saidName(id, job.attempt, alert));
      await this.#keep(jobs);
      void this.#tell(job, fresh).catch((error) => this.#log.failure('telling of an alert', error));
    }
  }

  /** Of jobs that are gone nothing is kept. */
  async #keep(jobs: readonly Job[]): Promise<void> {
    const kept = [...this.#said].filter((name) => jobs.some(({ id }) => name.startsWith(`${id}/`)));
    await this.#state.update(saidKey, kept);
  }

  async #tell(job: Job, alerts: readonly Alert[]): Promise<void> {
    const mine: Alert[] = [];
    for (const alert of alerts) {
      const what = saidName('', job.attempt, alert).slice(1).replaceAll('/', '-');
      if (await claimNotice(this.#engine, job.id, what)) mine.push(alert);
    }
    const [first] = mine;
    if (first === undefined) return;
    const words = mine.map(({ message }) => message).join(' ');
    await say('warning', `${job.name}: ${words}`, this.#offersFor(job, first));
  }

  #offersFor(job: Job, { action }: Alert): readonly Offer[] {
    const offer = (title: string, command: string): Offer => ({
      title,
      run: () => vscode.commands.executeCommand(command, job.id),
    });
    const show: Offer = { title: vscode.l10n.t('Show'), run: () => this.#reveal(job.id) };
    switch (action) {
      case 'resolve':
        return [offer(vscode.l10n.t('Settle…'), 'llmBatch.resolveJob'), show];
      case 'cancel':
        return cancelHelps(job)
          ? [show, offer(vscode.l10n.t('Cancel the batch'), 'llmBatch.cancelJob')]
          : [show];
      case 'report':
      case 'watch':
        return [show];
    }
  }
}

/** A retry is another matter. */
function saidName(jobId: string, attempt: number | undefined, { kind, part }: Alert): string {
  return `${jobId}/${attempt}/${kind}/${part ?? 0}`;
}
