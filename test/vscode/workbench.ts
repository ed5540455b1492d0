// A VS Code window as a person has it: palette, files, tree, notifications, pictures.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import {
  browserPackages,
  browserPath,
  ensureSystemPackages,
  ensureVsCode,
  installExtension,
  root,
  serveVsCode,
} from '../../scripts/vscode.mjs';

const pictures = join(root, 'test-results', 'screenshots');

export interface WorkbenchOptions {
  /** A packed extension to install; without it the sources' build is loaded as a development extension. */
  readonly vsix?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Server {
  readonly url: string;
  readonly port: number;
  log(): string;
  stop(): Promise<void>;
}

/** A served VS Code with a workspace folder, its own data and its own jobs. */
export class Workbench {
  readonly folder: string;
  readonly home: string;
  readonly #base: string;
  readonly #server: Server;
  readonly #browser: Browser;
  #page: Page | null = null;

  private constructor(base: string, server: Server, browser: Browser) {
    this.#base = base;
    this.folder = join(base, 'workspace');
    this.home = join(base, 'home');
    this.#server = server;
    this.#browser = browser;
  }

  static async start(options: WorkbenchOptions = {}): Promise<Workbench> {
    ensureSystemPackages(browserPackages);
    ensureVsCode();
    const base = mkdtempSync(join(tmpdir(), 'llm-batch-vscode-'));
    const dataDir = join(base, 'data');
    const extensionsDir = join(base, 'extensions');
    mkdirSync(join(dataDir, 'data', 'Machine'), { recursive: true });
    mkdirSync(extensionsDir, { recursive: true });
    cpSync(join(root, 'examples'), join(base, 'workspace'), { recursive: true });
    const settings = { ...quiet, 'llmBatch.profile': 'simulator', ...options.settings };
    writeFileSync(join(dataDir, 'data', 'Machine', 'settings.json'), JSON.stringify(settings));
    if (options.vsix !== undefined) installExtension(options.vsix, extensionsDir, dataDir);
    const env = { LLM_BATCH_HOME: join(base, 'home'), ...options.env };
    const server = (await serveVsCode({ dataDir, extensionsDir, smokeTest: true, env })) as Server;
    const browser = await chromium.launch({ executablePath: browserPath(), args: browserArguments });
    return new Workbench(base, server, browser);
  }

  get page(): Page {
    if (this.#page === null) throw new Error('No window is open.');
    return this.#page;
  }

  /** Opens the window, or opens it again as a reload does. */
  async open(size = { width: 1440, height: 900 }): Promise<void> {
    await this.#page?.context().close();
    const context = await this.#browser.newContext({ viewport: size, deviceScaleFactor: 1 });
    this.#page = await context.newPage();
    await this.page.goto(`${this.#server.url}?folder=${this.folder}`);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.page.locator('.statusbar-item').first().waitFor({ timeout: 60_000 });
  }

  /** Runs a test module inside the extension host. @returns its exit code. */
  async runInHost(modulePath: string, timeoutMs = 180_000): Promise<number> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    try {
      const ended = new Promise<number>((resolve, reject) => {
        setTimeout(() => reject(new Error(`The host tests did not end.\n${this.#server.log()}`)), timeoutMs).unref();
        void page.exposeFunction('codeAutomationLog', () => undefined);
        void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
      });
      const remote = `vscode-remote://127.0.0.1:${this.#server.port}`;
      const payload = JSON.stringify([
        ['extensionDevelopmentPath', `${remote}${root.replace(/\/$/, '')}`],
        ['extensionTestsPath', `${remote}${modulePath}`],
        ['skipWelcome', 'true'],
      ]);
      await page.goto(`${this.#server.url}?folder=${this.folder}&payload=${encodeURIComponent(payload)}`);
      return await ended;
    } finally {
      await context.close();
    }
  }

  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first().click();
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active').filter({ hasText: name }).waitFor();
  }

  text(text: string | RegExp): Locator {
    return this.page.getByText(text).first();
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast, .notifications-list-container').filter({ hasText: text }).first();
  }

  dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name }).first();
  }

  tree(text: string | RegExp): Locator {
    return this.page.locator('.sidebar .monaco-list-row').filter({ hasText: text }).first();
  }

  async theme(name: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().click();
    await this.page.waitForTimeout(400);
  }

  /** A picture in test-results/screenshots/. */
  async picture(name: string): Promise<void> {
    mkdirSync(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    rmSync(this.#base, { recursive: true, force: true });
  }
}

const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Nothing of VS Code's own start-up between the person and the file. */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'update.showReleaseNotes': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
};
