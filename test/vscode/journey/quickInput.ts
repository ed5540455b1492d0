// How is something taken of the lists that open over the editor: commands, files, lines? Rows move while they are filtered, and
// an editor that comes late takes the focus, which closes the list.
import type { Locator, Page } from 'playwright-core';

/** A row that is not there after so long is asked for anew. */
const patienceMs = 30_000;
/** A guard against a hang. */
const longestMs = 120_000;

export class QuickInput {
  readonly #page: Page;
  readonly #input: Locator;
  readonly #inputs: Locator;
  readonly #rows: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#inputs = page.locator('.quick-input-widget:visible input');
    this.#input = page
      .locator('.quick-input-widget:visible input[type="text"], .quick-input-widget:visible input')
      .first();
    this.#rows = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }

  /** Opens a list with a key, types, and takes the row with a text; all of it again when the list was closed meanwhile. */
  async choose(key: string, typed: string, row: string | RegExp): Promise<void> {
    for (const end = Date.now() + longestMs; ; ) {
      try {
        await this.#settled();
        await this.#page.keyboard.press(key);
        await this.fill(typed, patienceMs);
        await this.take(row, patienceMs);
        return;
      } catch (error) {
        if (Date.now() > end) throw new Error(`"${typed}" is not chosen: ${String(error)}`);
        await this.#page.keyboard.press('Escape');
      }
    }
  }

  /** In place of what stands there. */
  async fill(text: string, timeoutMs = longestMs): Promise<void> {
    await this.#input.fill(text, { timeout: timeoutMs });
  }

  /** Takes the first row with a text once it is the one that Enter takes, and waits until it is taken. */
  async take(row: string | RegExp, timeoutMs = longestMs): Promise<void> {
    const end = Date.now() + timeoutMs;
    const timeout = { timeout: timeoutMs };
    const typed = await this.#input.inputValue(timeout);
    await this.#rows.filter({ hasText: row }).first().waitFor(timeout);
    const focused = this.#rows.and(this.#page.locator('.focused'));
    for (let last = ''; ; ) {
      const now = (await focused.allTextContents()).join('\n');
      const isWanted = (await focused.filter({ hasText: row }).count()) > 0;
      const stands = now === last && now !== '';
      if (isWanted && stands) break;
      if (Date.now() > end) throw new Error(`Enter would take "${now}".`);
      if (stands) await this.#input.press('ArrowDown', timeout);
      last = now;
      await this.#page.waitForTimeout(100);
    }
    await this.#input.press('Enter', timeout);
    // Closed, or the next question is asked already.
    while ((await this.#values()).includes(typed) && Date.now() < end) await this.#page.waitForTimeout(50);
  }

  async #values(): Promise<readonly unknown[]> {
    return this.#inputs.evaluateAll((all) => all.map((one) => 'value' in one && one.value));
  }

  /** The last one is gone: what is typed next would still go into it. */
  async #settled(): Promise<void> {
    const widget = this.#page.locator('.quick-input-widget:visible');
    await widget.waitFor({ state: 'hidden', timeout: patienceMs });
    await this.#page.waitForTimeout(150);
  }
}
