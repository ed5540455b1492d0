// Drives the workbench as a person would: keyboard, mouse, and reading what stands on the screen.

import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { root, type ServedVsCode, serveVsCode, writeUserSettings } from '../../../scripts/vscode.mjs';
import { launchBrowser, turnAway } from '../browser.ts';
import { QuickInput } from './quickInput.ts';

const screenshots = join(root, 'test-results/screenshots');
/** Where scripts/test.mjs installs the packed extension. */
const extensionsDir = join(root, '.vscode-test/extensions');

/** Parts of the window that can be read; each is a selector for the elements whose text counts. */
const regions = {
  /** The lines drawn in the active text editor, without their numbers. */
  editor: '.editor-group-container.active .editor-instance .view-lines',
  /** Everything in the editors of the window, side by side. */
  editors: '.part.editor',
  tabs: '.part.editor .tabs-container',
  codeLens: '.part.editor .codelens-decoration',
  sideBar: '.part.sidebar',
  panel: '.part.panel',
  statusBar: '.part.statusbar',
  activityBar: '.part.activitybar',
  notifications: '.notifications-toasts, .notifications-center',
  quickInput: '.quick-input-widget',
  hover: '.monaco-hover:not(.hidden), .workbench-hover',
  dialog: '.monaco-dialog-box',
  /** The menu of the light bulb. */
  lightBulb: '.action-widget',
  walkthrough: '.gettingStartedContainer',
} as const;
export type Region = keyof typeof regions;

/** A file's name stands in two boxes of its tab, so the tab's text has to be read without layout. */
const readWithoutLayout: ReadonlySet<Region> = new Set(['tabs']);

/** `id` is the setting's value, `label` what the palette shows. */
const themes = {
  light: { id: 'Light Modern', label: 'Light Modern', className: 'vs' },
  dark: { id: 'Dark Modern', label: 'Dark Modern', className: 'vs-dark' },
  'high contrast': { id: 'Default High Contrast', label: 'Dark High Contrast', className: 'hc-black' },
  'high contrast light': {
    id: 'Default High Contrast Light',
    label: 'Light High Contrast',
    className: 'hc-light',
  },
} as const;
export type Theme = keyof typeof themes;

export interface OpenOptions {
  /** Copied into the folder that is opened; default: examples/. */
  readonly from?: string;
  /** Written into that folder: text by file name. */
  readonly files?: Readonly<Record<string, string>>;
  /** User settings on top of quiet ones and `llmBatch.profile: "simulator"`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** Done before the window opens; LLM_BATCH_HOME is not there yet. */
  readonly prepare?: (home: string) => Promise<unknown>;
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  /** Pixels of a picture for one of the window; default 1. */
  readonly scale?: number;
}

/** In pixels of the window. */
export interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A guard against a hang: what appears is seen at once, however long it may take. */
const defaultTimeoutMs = 120_000;
/** After so long what a person did is taken not to have arrived, and they do it again. */
const againMs = 15_000;

/** A window of VS Code in the browser, with the packed extension, on a folder of its own. */
export class Workbench {
  readonly page: Page;
  /** The folder that is open. */
  readonly folder: string;
  /** LLM_BATCH_HOME of the extension. */
  readonly home: string;
  readonly #scratch: string;
  readonly #server: ServedVsCode;
  readonly #browser: Browser;
  readonly #quickInput: QuickInput;
  #settings: Readonly<Record<string, unknown>>;

  private constructor(parts: {
    page: Page;
    scratch: string;
    server: ServedVsCode;
    browser: Browser;
    settings: Readonly<Record<string, unknown>>;
  }) {
    this.page = parts.page;
    this.#scratch = parts.scratch;
    this.folder = folderIn(parts.scratch);
    this.home = homeIn(parts.scratch);
    this.#server = parts.server;
    this.#browser = parts.browser;
    this.#quickInput = new QuickInput(parts.page);
    this.#settings = parts.settings;
  }

  static async open(options: OpenOptions = {}): Promise<Workbench> {
    if (!existsSync(extensionsDir))
      throw new Error('Run "npm run test:vscode" once: it installs what this needs.');
    const scratch = await mkdtemp(join(tmpdir(), 'llm-batch-journey-'));
    await cp(options.from ?? join(root, 'examples'), folderIn(scratch), { recursive: true });
    for (const [name, text] of Object.entries(options.files ?? {})) {
      await writeFile(join(folderIn(scratch), name), text);
    }
    const settings = {
      'llmBatch.profile': 'simulator',
      'workbench.colorTheme': themes[options.theme ?? 'dark'].id,
      'editor.minimap.enabled': false,
      ...options.settings,
    };
    const dataDir = join(scratch, 'data');
    writeUserSettings(dataDir, settings);
    // The journey's own copy: VS Code writes into it.
    const ownExtensions = join(scratch, 'extensions');
    await cp(extensionsDir, ownExtensions, { recursive: true });
    const env = { LLM_BATCH_HOME: homeIn(scratch), ...options.env };
    await options.prepare?.(homeIn(scratch));
    const server = await serveVsCode({ dataDir, extensionsDir: ownExtensions, env });
    const browser = await launchBrowser();
    const viewport = { width: options.width ?? 1440, height: options.height ?? 900 };
    const deviceScaleFactor = options.scale ?? 1;
    const context = await browser.newContext({
      ...{ viewport, deviceScaleFactor },
      ...{ locale: 'en-US', timezoneId: 'UTC' },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(defaultTimeoutMs);
    const workbench = new Workbench({ page, scratch, server, browser, settings });
    await workbench.#load();
    return workbench;
  }

  async #load(): Promise<void> {
    await this.page.goto(`${this.#server.url}?folder=${encodeURIComponent(this.folder)}`);
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.locator('.explorer-folders-view').first().waitFor();
  }

  /** Loads the window again, as after closing and opening it: same folder, same state, a new extension host. */
  async reload(): Promise<void> {
    await turnAway(this.page);
    await this.#load();
  }

  /** Runs a command by its title, as the palette shows it, such as "LLM Batch: Submit". */
  async runCommand(title: string): Promise<void> {
    await this.#quickInput.choose('F1', `>${title}`, title);
  }

  /** Types into the open quick input, in place of what stands there. */
  async fillQuickInput(text: string): Promise<void> {
    await this.#quickInput.fill(text);
  }

  /** Opens a file of the folder in the active editor group. */
  async openFile(name: string): Promise<void> {
    const isActive = this.page.locator('.part.editor .editor-group-container.active .tab.active');
    for (let tries = 1; ; tries++) {
      await this.#quickInput.choose('Control+P', name, name);
      const isLast = tries === 4;
      const opened = isActive
        .filter({ hasText: name })
        .waitFor({ timeout: isLast ? defaultTimeoutMs : againMs });
      if (
        isLast ||
        (await opened.then(
          () => true,
          () => false,
        ))
      )
        return await opened;
    }
  }

  /** Puts the cursor there; both from 1, as people count. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.#quickInput.choose('Control+G', `:${line}:${column}`, new RegExp(`\\b${line}\\b`));
    await this.waitFor('statusBar', `Ln ${line}, Col ${column}`);
  }

  /** Shows the view container of that name through its icon in the activity bar. */
  async showContainer(title: string): Promise<void> {
    const icon = this.page.locator(
      `.part.activitybar .action-item:has([aria-label^=${JSON.stringify(title)}])`,
    );
    for (const end = Date.now() + defaultTimeoutMs; Date.now() < end; ) {
      if ((await icon.first().getAttribute('aria-expanded')) !== 'true' && !(await this.#isShown(title))) {
        await icon.first().click();
      }
      const shown = await this.#shows('sideBar', new RegExp(title, 'i'), againMs);
      if (shown !== null) return;
    }
    await this.waitFor('sideBar', new RegExp(title, 'i'));
  }

  async #isShown(title: string): Promise<boolean> {
    return (await this.read('sideBar')).toLowerCase().startsWith(title.toLowerCase());
  }

  /** The text a region shows now, with plain spaces; empty when it is not there. */
  async read(region: Region): Promise<string> {
    const elements = this.page.locator(regions[region]).filter({ visible: true });
    const texts = readWithoutLayout.has(region)
      ? await elements.allTextContents()
      : await elements.allInnerTexts();
    return texts.join('\n').replaceAll('\u00a0', ' ').replaceAll('\u200b', '');
  }

  /** Waits until a region shows a text and gives all that it shows then. */
  async waitFor(region: Region, text: string | RegExp, timeoutMs = defaultTimeoutMs): Promise<string> {
    return await this.#until(region, text, true, timeoutMs);
  }

  /** Waits until a region does not show a text any more. */
  async waitUntilGone(region: Region, text: string | RegExp, timeoutMs = defaultTimeoutMs): Promise<void> {
    await this.#until(region, text, false, timeoutMs);
  }

  async #until(region: Region, text: string | RegExp, wanted: boolean, timeoutMs: number): Promise<string> {
    // A notification hides by itself: whoever was away looks where they are kept.
    const firstMs = region === 'notifications' && wanted ? Math.min(timeoutMs, 2 * againMs) : timeoutMs;
    const found = await this.#shows(region, text, firstMs, wanted);
    if (found !== null) return found;
    if (firstMs < timeoutMs) {
      await this.runCommand('Notifications: Show Notifications');
      const late = await this.#shows(region, text, timeoutMs - firstMs, wanted);
      if (late !== null) return late;
    }
    const verb = wanted ? 'does not show' : 'still shows';
    const shown = (await this.read(region)).slice(0, 2000);
    throw await this.#failure(
      `After ${timeoutMs / 1000} s the ${region} ${verb} ${text}. It shows:\n${shown}\n`,
    );
  }

  /** What a region shows once the text is there, or is not; null when it takes too long. */
  async #shows(
    region: Region,
    text: string | RegExp,
    timeoutMs: number,
    wanted = true,
  ): Promise<string | null> {
    for (const end = Date.now() + timeoutMs; ; ) {
      const shown = await this.read(region);
      const found = typeof text === 'string' ? shown.includes(text) : text.test(shown);
      if (found === wanted) return shown;
      if (Date.now() > end) return null;
      await this.page.waitForTimeout(100);
    }
  }

  async #failure(words: string): Promise<Error> {
    return new Error(`${words} See ${await this.screenshot(`failure-${Date.now()}`)}.`);
  }

  /** The innermost element of a region with this text, to click or to hover. */
  locate(region: Region, text: string | RegExp): Locator {
    return this.page.locator(regions[region]).filter({ visible: true }).getByText(spaced(text)).first();
  }

  async click(region: Region, text: string | RegExp): Promise<void> {
    await this.locate(region, text).click();
  }

  /** Clicks a lens. In a file that is opened again VS Code shows remembered ones, which are no links and do nothing yet. */
  async clickLens(
    text: string | RegExp,
    shown: { readonly region: Region; readonly text: string | RegExp },
  ): Promise<string> {
    const links = this.page.locator(regions.codeLens).filter({ visible: true }).locator('a');
    const link = links.filter({ hasText: spaced(text) }).first();
    // What is clicked twice is asked twice: not before it is clear that the first click got lost.
    const patienceMs = 3 * againMs;
    for (let tries = 0; tries < 2; tries++) {
      await link.click({ timeout: patienceMs }).catch(() => undefined);
      const found = await this.#shows(shown.region, shown.text, patienceMs);
      if (found !== null) return found;
    }
    return await this.waitFor(shown.region, shown.text);
  }

  /** Does something until something appears, as a person would. */
  async until(region: Region, text: string | RegExp, act: () => Promise<unknown>): Promise<string> {
    for (let tries = 0; tries < 4; tries++) {
      await act();
      const found = await this.#shows(region, text, againMs);
      if (found !== null) return found;
    }
    return await this.waitFor(region, text);
  }

  /** Moves the mouse over a text and waits for what appears; gives its text. What is drawn anew loses its hover. */
  async hover(region: Region, text: string | RegExp, shown: string | RegExp = /\S/): Promise<string> {
    return await this.until('hover', shown, async () => {
      await this.page.mouse.move(2, 2);
      await this.#shows('hover', /\S/, 2000, false);
      await this.locate(region, text).hover();
    });
  }

  /** Shows the hover of the place where the cursor is, as Ctrl+K Ctrl+I does. */
  async hoverAtCursor(shown: string | RegExp = /\S/): Promise<string> {
    return await this.until('hover', shown, async () => {
      await this.page.keyboard.press('Control+K');
      await this.page.keyboard.press('Control+I');
    });
  }

  /** A row of any tree in the side bar, by the text it contains. */
  row(text: string | RegExp): Locator {
    return this.page
      .locator('.part.sidebar .monaco-list-row')
      .filter({ hasText: spaced(text) })
      .first();
  }

  /** Presses the inline button of a tree row; its label is the command's title. */
  async pressRowAction(row: string | RegExp, label: string): Promise<void> {
    const action = this.row(row)
      .locator(`.action-label[aria-label^=${JSON.stringify(label)}]`)
      .first();
    // Shown where the mouse is; a row that is drawn anew may have lost it.
    for (let tries = 0; tries < 4; tries++) {
      await this.row(row).hover();
      const pressed = await action.click({ timeout: againMs }).then(
        () => true,
        () => false,
      );
      if (pressed) return;
      await this.page.mouse.move(2, 2);
    }
    throw await this.#failure(`The row ${row} has no action ${label}.`);
  }

  /** Presses a button of the notification that contains a text. */
  async pressInNotification(text: string | RegExp, button: string): Promise<void> {
    await this.waitFor('notifications', text);
    const pressed = this.page
      .locator('.notification-list-item')
      .filter({ hasText: spaced(text) })
      .first()
      .locator('.monaco-button, .action-label')
      .filter({ hasText: button })
      .first()
      .click({ timeout: againMs });
    if (
      await pressed.then(
        () => true,
        () => false,
      )
    )
      return;
    // It hides by itself; what was said is kept, and its buttons show where it is opened.
    await this.runCommand('Notifications: Show Notifications');
    await this.waitFor('notifications', text);
    const kept = this.page
      .locator('.notifications-center .notification-list-item')
      .filter({ hasText: spaced(text) })
      .first();
    await kept.hover();
    await kept.locator('.monaco-button, .action-label').filter({ hasText: button }).first().click();
  }

  /** Presses a button of the open modal dialog. */
  async pressInDialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button').filter({ hasText: button }).first().click();
  }

  /** Changes user settings; they hold in the window that is loaded next, which is done here. */
  async changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    writeUserSettings(join(this.#scratch, 'data'), this.#settings);
    await this.reload();
  }

  /** Changes the colour theme through the palette. */
  async theme(theme: Theme): Promise<void> {
    const { label, className } = themes[theme];
    await this.runCommand('Preferences: Color Theme');
    await this.fillQuickInput(label);
    await this.#quickInput.take(label);
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
    await this.waitUntilGone('quickInput', label);
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.waitForTimeout(300);
  }

  /** Saves a picture of the window, or of a part of it, into test-results/screenshots/ and gives its path. */
  async screenshot(name: string, clip?: Clip): Promise<string> {
    await mkdir(screenshots, { recursive: true });
    const path = join(screenshots, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled', ...(clip === undefined ? {} : { clip }) });
    return path;
  }

  async dispose(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    await rm(this.#scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The editor draws spaces as no-break spaces: a blank in an expression stands for either. */
function spaced(text: string | RegExp): string | RegExp {
  return typeof text === 'string' ? text : new RegExp(text.source.replaceAll(' ', '\\s'), text.flags);
}

function folderIn(scratch: string): string {
  return join(scratch, 'batches');
}

function homeIn(scratch: string): string {
  return join(scratch, 'home');
}
