// How long until the extension is active? Loads and activates the built bundle as an extension host does, over a stand-in
// for `vscode` that takes every call and does nothing: what VS Code itself does is not in the figure.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const standInUrl = 'stand-in:vscode';

/** Every name of the API, for bundled code copies what it finds at first. */
function namesOfApi(): readonly string[] {
  const types = readFileSync(join(root, 'node_modules/@types/vscode/index.d.ts'), 'utf8');
  const declared = types.matchAll(/^\texport (?:class|namespace|enum|const|function) (\w+)/gm);
  return [...declared].map(([, name = '']) => name);
}

/** Runs as CommonJS: can be called, constructed, extended, and asked for anything; lists of it are empty. */
function standIn(names: readonly string[]): void {
  const lists = ['textDocuments', 'all', 'visibleTextEditors', 'workspaceFolders'];
  const nothing = ['then', 'activeTextEditor', 'activeTab', 'inspect'];
  const make = (): unknown =>
    new Proxy(class {} as unknown as Record<PropertyKey, unknown>, {
      get(target, key) {
        if (typeof key === 'symbol' || key === 'prototype') return target[key];
        if (nothing.includes(key)) return undefined;
        if (lists.includes(key)) return [];
        // Settings, and what an extension has kept, are as nobody has changed them.
        if (key === 'get') return (_: string, otherwise: unknown) => otherwise;
        target[key] ??= make();
        return target[key];
      },
      apply: () => make(),
      construct: () => make() as object,
    });
  const api: Record<string, unknown> = { version: '1.101.0' };
  for (const name of names) api[name] ??= make();
  module.exports = api;
}

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode'
      ? { url: standInUrl, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === standInUrl
      ? {
          format: 'commonjs',
          source: `(${standIn.toString()})(${JSON.stringify(namesOfApi())})`,
          shortCircuit: true,
        }
      : next(url, context),
});

interface Extension {
  activate(context: unknown): unknown;
}

export interface Activation {
  /** Reading, compiling and running the bundle. */
  readonly loadMs: number;
  readonly activateMs: number;
  /** Work that it leaves for the second after: it loads what reads the records of jobs, and reads them. */
  readonly afterwardsMs: number;
}

async function measureActivation(): Promise<Activation> {
  const require = createRequire(import.meta.url);
  const vscode = require('vscode') as Readonly<Record<string, unknown>>;
  const folder = mkdtempSync(join(tmpdir(), 'llm-batch-activation-'));
  const context = {
    subscriptions: [],
    asAbsolutePath: (path: string) => join(root, path),
    // Any part of the stand-in answers as these do.
    ...{ secrets: vscode.env, globalState: vscode.env, globalStorageUri: { fsPath: folder } },
  };
  process.env.LLM_BATCH_HOME = folder;
  const startedMs = performance.now();
  const extension = require(join(root, 'dist/client.cjs')) as Extension;
  const loadedMs = performance.now();
  extension.activate(context);
  const activeMs = performance.now();
  const before = performance.eventLoopUtilization();
  await setTimeout(500);
  const afterwardsMs = performance.eventLoopUtilization(before).active;
  rmSync(folder, { recursive: true, force: true });
  return { loadMs: loadedMs - startedMs, activateMs: activeMs - loadedMs, afterwardsMs };
}

console.log(JSON.stringify(await measureActivation()));
process.exit();
