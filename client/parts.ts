// What commands work with: the parts that live as long as the extension does.
import type * as vscode from 'vscode';
import type { Accounts } from './accounts.ts';
import type { AnswerDocuments } from './answerDocuments.ts';
import type { EmbeddedSimulator } from './embeddedSimulator.ts';
import type { EndNotice } from './endNotice.ts';
import type { Engine } from './engine.ts';
import type { JobFollower } from './followJobs.ts';
import type { JobList } from './jobList.ts';
import type { Log } from './log.ts';
import type { PlanDocument } from './planDocument.ts';
import type { RequestDocuments } from './requestDocuments.ts';
import type { ServerStarter } from './serverStarter.ts';
import type { MergeFindings } from './tree/findings.ts';
import type { JobsView } from './tree/jobsView.ts';

export interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly engine: Engine;
  readonly accounts: Accounts;
  readonly simulator: EmbeddedSimulator;
  readonly list: JobList;
  readonly follower: JobFollower;
  readonly endNotice: EndNotice;
  readonly findings: MergeFindings;
  readonly view: JobsView;
  readonly plan: PlanDocument;
  readonly server: ServerStarter;
  readonly requests: RequestDocuments;
  readonly answers: AnswerDocuments;
  readonly log: Log;
  /** Aborted when the extension ends. */
  readonly signal: AbortSignal;
}
