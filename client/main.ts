// The VS Code extension: puts the parts together, starts them in order, ends them all.
import type * as vscode from 'vscode';
import { Accounts } from './accounts.ts';
import { Alerts } from './alerts.ts';
import { AnswerDocuments } from './answerDocuments.ts';
import { BatchFiles } from './batchFiles.ts';
import { registerCommands } from './commands/commandTable.ts';
import { EmbeddedSimulator } from './embeddedSimulator.ts';
import { EndNotice } from './endNotice.ts';
import { Engine } from './engine.ts';
import { JobFollower } from './followJobs.ts';
import { JobList } from './jobList.ts';
import { LargeFiles } from './largeFiles.ts';
import { Log } from './log.ts';
import type { Parts } from './parts.ts';
import { PlanDocument } from './planDocument.ts';
import { RequestDocuments } from './requestDocuments.ts';
import { ServerStarter } from './serverStarter.ts';
import { FileStatus } from './status/fileStatus.ts';
import { LargeFileStatus } from './status/largeFileStatus.ts';
import { RunningJobs } from './status/runningJobs.ts';
import { MergeFindings } from './tree/findings.ts';
import { JobsView } from './tree/jobsView.ts';
import type { TreeNode } from './tree/treeNode.ts';

/** What other extensions, and the tests, may look at. */
export interface ExtensionApi {
  /** The rows of the sidebar as they are drawn now. */
  jobTree(): readonly TreeNode[];
}

/** Ends what must end before the window is gone: the server, workers, the simulator. */
let end: (() => Promise<unknown>) | null = null;

export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const abort = new AbortController();
  const log = new Log();
  const engine = new Engine({
    accountFor: (job) => accounts.ofJob(job),
    valuesFor: async (job) => (await accounts.receiverOf(job)).values,
  });
  const simulator = new EmbeddedSimulator(engine, context);
  const accounts = new Accounts(engine, context.secrets, simulator);
  const list = new JobList(engine);
  const follower = new JobFollower(engine, list, accounts, simulator, log);
  const endNotice = new EndNotice(engine, list, context.globalState, log);
  const { globalState } = context;
  const reveal = (jobId: string): Promise<void> => view.reveal(jobId);
  const alerts = new Alerts({ engine, list, state: globalState, log, reveal });
  const findings = new MergeFindings(engine);
  const view = new JobsView({ list, follower, accounts, alerts, findings });
  const plan = new PlanDocument();
  const files = new BatchFiles();
  const large = new LargeFiles(log);
  const server = new ServerStarter(context.asAbsolutePath('dist/languageServer.js'), files, large, log);
  const requests = new RequestDocuments(server, files);
  const answers = new AnswerDocuments();
  const statuses = [new FileStatus(files), new LargeFileStatus(files), new RunningJobs(list)];
  const parts: Parts = {
    ...{
      context,
      engine,
      accounts,
      simulator,
      list,
      follower,
      endNotice,
      findings,
      view,
      plan,
      server,
      requests,
      answers,
      log,
    },
    signal: abort.signal,
  };

  context.subscriptions.push(
    registerCommands(parts),
    ...statuses,
    ...[
      plan,
      requests,
      answers,
      files,
      large,
      view,
      alerts,
      endNotice,
      follower,
      list,
      accounts,
      simulator,
      log,
    ],
  );
  end = () => {
    abort.abort();
    const jobsEnd = follower.stop().then(() => Promise.all([simulator.stop(), engine.dispose()]));
    return Promise.allSettled([server.dispose(), jobsEnd]);
  };

  const started = [
    accounts,
    plan,
    requests,
    answers,
    files,
    large,
    server,
    view,
    ...statuses,
    follower,
    endNotice,
    alerts,
  ];
  for (const part of started) part.start();
  // Loads what reads them, for which neither VS Code nor the person waits.
  setImmediate(() => list.start().catch((error: unknown) => log.failure('reading the job records', error)));
  return { jobTree: () => view.roots };
}

export async function deactivate(): Promise<void> {
  await end?.();
}
