// The sidebar: draws the tree of jobs, and draws it again when a job, a key or the time of day changed.
import * as vscode from 'vscode';
import type { Accounts } from '../accounts.ts';
import type { Alerts } from '../alerts.ts';
import type { JobFollower } from '../followJobs.ts';
import type { JobList } from '../jobList.ts';
import { runningWords } from '../jobWords.ts';
import { changedNodes } from './changedNodes.ts';
import type { MergeFindings } from './findings.ts';
import { jobNodeId } from './jobNode.ts';
import { jobTree } from './jobTree.ts';
import { type TreeNode, treeNode } from './treeNode.ts';

export const viewId = 'llmBatch.jobs';
/** Ages are told in minutes. */
const ageMs = 30_000;

/** What its rows tell of. */
export interface JobsViewParts {
  readonly list: JobList;
  readonly follower: JobFollower;
  readonly accounts: Accounts;
  readonly alerts: Alerts;
  readonly findings: MergeFindings;
}

export class JobsView implements vscode.Disposable, vscode.TreeDataProvider<string> {
  readonly #list: JobList;
  readonly #follower: JobFollower;
  readonly #accounts: Accounts;
  readonly #alerts: Alerts;
  readonly #findings: MergeFindings;
  readonly #changed = new vscode.EventEmitter<string[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  /** Rows are handed to VS Code by their ids, which stay when what they show changes. */
  readonly #nodes = new Map<string, TreeNode>();
  readonly #parents = new Map<string, string>();
  #view: vscode.TreeView<string> | null = null;
  #listeners: vscode.Disposable[] = [];
  #age: NodeJS.Timeout | undefined;
  #roots: readonly TreeNode[] = [];
  #isEmpty: boolean | null = null;
  #updating: Promise<void> = Promise.resolve();

  constructor({ list, follower, accounts, alerts, findings }: JobsViewParts) {
    this.#list = list;
    this.#follower = follower;
    this.#accounts = accounts;
    this.#alerts = alerts;
    this.#findings = findings;
  }

  start(): void {
    this.#view = vscode.window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: true });
    this.#listeners = [
      this.#view,
      this.#list.onDidChange(() => this.#update()),
      this.#follower.onDidChange(() => this.#update()),
      this.#accounts.onDidChange(() => this.#update()),
      this.#alerts.onDidChange(() => this.#update()),
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.#update();
      }),
    ];
    this.#age = setInterval(() => this.#view?.visible && this.#update(), ageMs);
    if (this.#list.known !== null) this.#update();
  }

  /** What is drawn now. */
  get roots(): readonly TreeNode[] {
    return this.#roots;
  }

  /** Shows a job's row without taking the keyboard. */
  async reveal(jobId: string): Promise<void> {
    await vscode.commands.executeCommand(`${viewId}.focus`, { preserveFocus: true });
    await this.#list.refresh();
    await this.#updating;
    const id = jobNodeId(jobId);
    if (this.#nodes.has(id)) await this.#view?.reveal(id, { select: true, focus: false, expand: true });
  }

  async getChildren(id?: string): Promise<string[]> {
    if (id !== undefined) return (this.#nodes.get(id)?.children ?? []).map((child) => child.id);
    if (this.#list.known === null) await this.#list.refresh();
    await this.#updating;
    return this.#roots.map((root) => root.id);
  }

  getParent(id: string): string | undefined {
    return this.#parents.get(id);
  }

  getTreeItem(id: string): vscode.TreeItem {
    const node = this.#nodes.get(id) ?? treeNode({ id, label: '' });
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(node.label);
    item.id = node.id;
    item.collapsibleState = node.children.length === 0 ? None : node.expanded ? Expanded : Collapsed;
    item.contextValue = node.abilities;
    if (node.description !== null) item.description = node.description;
    if (node.tooltip !== null) item.tooltip = new vscode.MarkdownString(node.tooltip);
    if (node.icon !== null) item.iconPath = themeIcon(node);
    if (node.command !== null) item.command = commandOf(node);
    return item;
  }

  dispose(): void {
    clearInterval(this.#age);
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }

  #update(): void {
    this.#updating = this.#updating.then(() => this.#draw()).catch(() => undefined);
  }

  async #draw(): Promise<void> {
    const list = this.#list.known;
    if (list === null) return;
    const account = await this.#accounts.problem();
    const findings = await this.#findings.of(list.jobs);
    const alerts = await this.#alerts.of(list.jobs);
    const { stops } = this.#follower;
    const roots = jobTree(
      { ...list, stops, findings, alerts, accountProblem: account, now: Date.now() },
      vscode.l10n,
    );
    this.#drawBadge();
    const changed = changedNodes(this.#roots, roots);
    this.#sayWhetherEmpty(roots.length === 0);
    this.#roots = roots;
    this.#nodes.clear();
    this.#parents.clear();
    this.#adopt(roots, null);
    if (changed === null) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire([...changed]);
  }

  /** Until it is known, and while the extension starts again, nobody is told that there are no batches. */
  #sayWhetherEmpty(isEmpty: boolean): void {
    if (isEmpty === this.#isEmpty) return;
    this.#isEmpty = isEmpty;
    void vscode.commands.executeCommand('setContext', 'llmBatch.batches', isEmpty ? 'none' : 'some');
  }

  #adopt(nodes: readonly TreeNode[], parentId: string | null): void {
    for (const node of nodes) {
      this.#nodes.set(node.id, node);
      if (parentId !== null) this.#parents.set(node.id, parentId);
      this.#adopt(node.children, node.id);
    }
  }

  #drawBadge(): void {
    if (this.#view === null) return;
    const running = runningWords(this.#list.known?.jobs ?? [], vscode.l10n);
    this.#view.badge = running === null ? undefined : { value: running.count, tooltip: running.words };
  }
}

function themeIcon({ icon }: TreeNode): vscode.ThemeIcon {
  const color = icon?.color ? new vscode.ThemeColor(icon.color) : undefined;
  return new vscode.ThemeIcon(icon?.id ?? 'circle-outline', color);
}

function commandOf({ command }: TreeNode): vscode.Command {
  const { id = '', title = '', args = [] } = command ?? {};
  return { command: id, title, arguments: args.map(uriOf) };
}

/** The plain tree names files by path; commands of VS Code want URIs. */
function uriOf(argument: unknown): unknown {
  return typeof argument === 'object' && argument !== null && 'file' in argument
    ? vscode.Uri.file(String(argument.file))
    : argument;
}
