// Which verbs are there? Only the one that is asked for is loaded, so that help and small verbs start at once.
import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** What each verb's file exports. */
interface VerbModule {
  readonly define: (command: Command, terminal: Terminal) => void | Promise<void>;
}

export interface Verb {
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<VerbModule>;
}

const file = 'Your file:';
const batch = 'Batches:';
const results = 'Results:';
export const otherVerbs = 'More:';

export const verbs: Readonly<Record<string, Verb>> = {
  check: {
    group: file,
    summary: 'what is wrong in batch files, line by line',
    load: () => import('./check.ts'),
  },
  estimate: {
    group: file,
    summary: 'tokens and cost, in batch and at once',
    load: () => import('./estimate.ts'),
  },
  split: {
    group: file,
    summary: 'cut a file into parts within the limits',
    load: () => import('./split.ts'),
  },
  submit: { group: batch, summary: 'check, price, ask, send', load: () => import('./submit.ts') },
  run: {
    group: batch,
    summary: 'the same file at once, several requests at a time',
    load: () => import('./run.ts'),
  },
  jobs: { group: batch, summary: 'every job this computer knows of', load: () => import('./jobs.ts') },
  status: {
    group: batch,
    summary: 'ask the provider how one job is doing',
    load: () => import('./status.ts'),
  },
  watch: {
    group: batch,
    summary: 'follow jobs to their end and fetch the results',
    load: () => import('./watch.ts'),
  },
  cancel: {
    group: batch,
    summary: 'stop a job; what is answered is kept',
    load: () => import('./cancel.ts'),
  },
  download: {
    group: batch,
    summary: 'fetch and merge the results of a job that is over',
    load: () => import('./download.ts'),
  },
  adopt: {
    group: batch,
    summary: 'make a job of a batch that somebody else sent',
    load: () => import('./adopt.ts'),
  },
  resolve: {
    group: batch,
    summary: 'say what became of a job that is unclear',
    load: () => import('./resolve.ts'),
  },
  merge: {
    group: results,
    summary: 'join requests and results in source order',
    load: () => import('./merge.ts'),
  },
  retry: {
    group: results,
    summary: 'send again what was not answered, or write it to a file',
    load: () => import('./retry.ts'),
  },
  report: {
    group: results,
    summary: 'what a batch came to: answered, cost, savings, errors',
    load: () => import('./report.ts'),
  },
  simulate: {
    group: otherVerbs,
    summary: 'a provider on this computer, to try everything without a key',
    load: () => import('./simulate.ts'),
  },
  doctor: {
    group: otherVerbs,
    summary: 'what is set up, and what is in the way of a submit',
    load: () => import('./doctor.ts'),
  },
  lsp: {
    group: otherVerbs,
    summary: 'the language server, for any editor',
    load: () => import('./lsp.ts'),
  },
};
