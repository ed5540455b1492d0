// Does each folder import only what it may? Read from the sources' imports and from what esbuild put into the bundles.
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { describe, test } from 'node:test';
import { bundles, closureOf, inputsOf, read, sourcesOf } from './project.ts';

interface Wall {
  /** Other folders, through their doors. */
  readonly doors: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

/** Each provider's SDK, and how the files begin that may load it. */
const sdks: Readonly<Record<string, string>> = {
  openai: 'openai',
  '@anthropic-ai/sdk': 'anthropic',
  '@google/genai': 'gemini',
};
const sdkPath = /node_modules\/(openai|@anthropic-ai\/sdk|@google\/genai)\//;

/** The table of ARCHITECTURE.md. */
const walls: Readonly<Record<string, Wall>> = {
  core: { doors: ['#schemas/'], packages: ['ajv', 'jsonc-parser', 'leven'], node: false },
  files: { doors: ['#core'], packages: ['diff', 'js-tiktoken'], node: true },
  jobs: {
    doors: ['#core', '#files'],
    packages: ['@anthropic-ai/sdk', '@google/genai', 'openai', 'proper-lockfile', 'write-file-atomic'],
    node: true,
  },
  server: { doors: ['#core', '#files'], packages: ['vscode-languageserver'], node: true },
  client: {
    doors: ['#core', '#files', '#jobs', '#simulator', '#server/protocol'],
    packages: ['vscode', 'vscode-languageclient'],
    node: true,
  },
  cli: {
    doors: ['#core', '#files', '#jobs', '#server', '#simulator'],
    // sarif: types alone.
    packages: ['cli-progress', 'cli-table3', 'commander', 'sarif'],
    node: true,
  },
  simulator: { doors: ['#schemas/'], packages: ['@fastify/busboy'], node: true },
};

describe('imports', () => {
  for (const [folder, wall] of Object.entries(walls)) {
    test(`${folder} imports only what it may`, () => {
      const files = sourcesOf(folder);
      assert.ok(files.length > 0, `${folder} has no sources`);
      const forbidden = files.flatMap((file) =>
        importsOf(file)
          .filter(({ from }) => !mayImport(folder, wall, file, from))
          .map(({ from }) => `${file} imports ${from}`),
      );
      assert.deepEqual(forbidden, []);
    });
  }

  test('core asks for no clock, chance, network or output', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bprocess\.|\bfetch\(|\bset(Timeout|Interval|Immediate)\b|\bconsole\./;
    const found = sourcesOf('core').filter((file) => impure.test(withoutComments(read(file))));
    assert.deepEqual(found, []);
  });

  test('the client loads jobs, files and simulator on first use', () => {
    const eager = sourcesOf('client').flatMap((file) =>
      importsOf(file)
        .filter(({ from, kind }) => ['#jobs', '#files', '#simulator'].includes(from) && kind === 'value')
        .map(({ from }) => `${file} imports ${from}`),
    );
    assert.deepEqual(eager, []);
  });

  test("a provider's SDK is imported by its adapter alone", () => {
    const strange = sourcesOf('jobs').flatMap((file) =>
      importsOf(file)
        .filter(({ from, kind }) => Object.hasOwn(sdks, from) && kind !== 'type')
        .filter(({ from }) => !posix.basename(file).startsWith(sdks[from] ?? ''))
        .map(({ from }) => `${file} imports ${from}`),
    );
    assert.deepEqual(strange, []);
  });

  test('folders are entered through their doors', () => {
    const doors = Object.keys(JSON.parse(read('package.json')).imports as Record<string, string>);
    assert.deepEqual(doors.sort(), [
      '#core',
      '#files',
      '#jobs',
      '#schemas/*',
      '#server',
      '#server/protocol',
      '#simulator',
    ]);
  });
});

describe('bundles', () => {
  const all = bundles();
  const inputs = (output: string, lazy: boolean): readonly string[] =>
    inputsOf(all, closureOf(all, `dist/${output}`, { lazy }));
  const none = (found: readonly string[], pattern: RegExp): void =>
    assert.deepEqual(
      found.filter((path) => pattern.test(path)),
      [],
    );

  test('vscode is asked for by the extension alone', () => {
    const importers = Object.entries(all)
      .filter(([, { imports }]) => imports.some(({ path }) => path === 'vscode'))
      .map(([path]) => path);
    assert.deepEqual(importers, ['dist/client.cjs']);
  });

  test('the extension carries no checker, no ranks, no SDK and no server', () => {
    const found = inputs('client.cjs', true);
    none(found, /node_modules\/(ajv|js-tiktoken|jsonc-parser)\//);
    none(found, sdkPath);
    none(found, /^schemas\//);
    none(found, /^(cli|files|jobs|simulator)\/|^server\/(?!protocol\.ts)/);
  });

  test('the language server never sees jobs, an SDK, the extension or the command line', () => {
    none(inputs('languageServer.js', true), /^(jobs|client|cli|simulator)\/|node_modules\/commander\//);
    none(inputs('languageServer.js', true), sdkPath);
  });

  test('the language server loads ranks on first use', () => {
    none(inputs('languageServer.js', false), /node_modules\/js-tiktoken\/dist\/ranks/);
  });

  test('jobs and the command line load each SDK on first use', () => {
    for (const output of ['jobs.js', 'cli.js', 'files.js']) none(inputs(output, false), sdkPath);
    for (const sdk of Object.keys(sdks)) {
      assert.ok(
        inputs('jobs.js', true).some((path) => path.includes(`node_modules/${sdk}/`)),
        sdk,
      );
    }
  });

  test('whoever asks one provider loads no SDK of another', () => {
    const outputs = Object.entries(all).filter(([, { entryPoint }]) =>
      /^jobs\/(counting|providers)\/(openai|anthropic|gemini)\.ts$/.test(entryPoint ?? ''),
    );
    assert.equal(outputs.length, 6);
    for (const [path] of outputs) {
      const loaded = inputsOf(all, closureOf(all, path, { lazy: true })).flatMap(
        (input) => sdkPath.exec(input)?.[1] ?? [],
      );
      assert.equal(new Set(loaded).size, 1, path);
    }
  });

  test('the simulator shares nothing with what it checks', () => {
    none(inputs('simulator.js', true), /^(core|files|jobs|server|client|cli)\//);
  });

  test('the worker starts with nothing but itself', () => {
    none(inputs('worker.js', false), /node_modules/);
    none(inputs('worker.js', true), /^(jobs|server|client|cli|simulator)\//);
    none(inputs('worker.js', true), sdkPath);
  });
});

function mayImport(folder: string, wall: Wall, file: string, from: string): boolean {
  if (from.startsWith('.')) return posix.join(posix.dirname(file), from).startsWith(`${folder}/`);
  if (from.startsWith('node:')) return wall.node;
  if (from.startsWith('#'))
    return wall.doors.some((door) => from === door || (door.endsWith('/') && from.startsWith(door)));
  return wall.packages.some((name) => from === name || from.startsWith(`${name}/`));
}

interface Import {
  readonly from: string;
  readonly kind: 'value' | 'type' | 'lazy';
}

/** Every import, re-export and import() of a file. Specifiers stand alone in quotes behind `from`, `import` or `import(`. */
function importsOf(file: string): readonly Import[] {
  const text = withoutComments(read(file));
  const found: Import[] = [];
  for (const [, clause, from = ''] of text.matchAll(
    /^\s*(?:import|export)\b([^'"`;]*?)\bfrom\s*['"]([^'"\n]+)['"]/gm,
  )) {
    found.push({ from, kind: clause?.trimStart().startsWith('type ') ? 'type' : 'value' });
  }
  for (const [, from = ''] of text.matchAll(/^\s*import\s*['"]([^'"\n]+)['"]/gm))
    found.push({ from, kind: 'value' });
  // typeof import('#jobs') is a type, and loads nothing.
  for (const [, typeOf, from = ''] of text.matchAll(/(\btypeof\s+)?\bimport\(\s*['"]([^'"\n]+)['"]/g)) {
    found.push({ from, kind: typeOf === undefined ? 'lazy' : 'type' });
  }
  return found;
}

/** Good enough for our own sources: comments of whole lines, and blocks. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
