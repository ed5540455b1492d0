// The browser that shows the workbench to the tests.
import { type Browser, chromium, type Page } from 'playwright-core';
import { ensureBrowser } from '../../scripts/vscode.mjs';

/** LLM_BATCH_HEADED=1 shows the window. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: ensureBrowser(),
    headless: process.env.LLM_BATCH_HEADED === undefined,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * What happens when a person turns away from a window before it is closed or loaded again: VS Code writes its state down.
 * Without it, what was opened last is lost in a load that follows at once.
 */
export async function turnAway(page: Page): Promise<void> {
  if (page.url() === 'about:blank') return;
  await page.evaluate(writeState);
}

/** Waits in the page, by its own clock, then behind whatever it writes: a transaction begins when those before it are over. */
const writeState = `(async () => {
  document.hasFocus = () => false;
  window.dispatchEvent(new Event('blur'));
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve) => {
      const opening = indexedDB.open(name);
      opening.onerror = opening.onblocked = resolve;
      opening.onsuccess = () => {
        const database = opening.result;
        const stores = [...database.objectStoreNames];
        const close = () => {
          database.close();
          resolve();
        };
        if (stores.length === 0) return close();
        const writing = database.transaction(stores, 'readwrite');
        writing.oncomplete = writing.onerror = writing.onabort = close;
      };
    });
  }
})()`;
