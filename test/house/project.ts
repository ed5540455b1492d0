// The project as the house tests look at it: its files, its manifest, what esbuild put into the bundles.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Sources of a folder, with forward slashes from the root. */
export function sourcesOf(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.ts`, { cwd: root }).map((path) => path.replaceAll('\\', '/'));
}

/** Files that are, or are about to be, in the repository. */
export function trackedFiles(): readonly string[] {
  const { status, stdout } = spawnSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  // Without git (a downloaded archive) everything that is not ignored by name counts.
  const files =
    status === 0
      ? stdout.split('\0')
      : globSync('**/*', { cwd: root, withFileTypes: true, exclude: (entry) => ignored.has(entry.name) })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
  return files.filter((path) => path !== '' && existsSync(join(root, path)));
}

const ignored = new Set(['node_modules', 'dist', 'out', '.vscode-test', 'test-results', '.git']);

/** Folders of this machine that nothing may name; short ones such as /src would be found in any text. */
export function ownPlaces(): readonly string[] {
  return [root, homedir()]
    .map((place) => place.replace(/[\\/]$/, ''))
    .filter((place) => place.split(/[\\/]/).length > 2);
}

/** The part of esbuild's metafile that the tests read. */
export interface Bundle {
  readonly bytes: number;
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

export type Bundles = Readonly<Record<string, Bundle>>;

export function bundles(): Bundles {
  return { ...outputs('out/meta-client.json'), ...outputs('out/meta-modules.json') };
}

function outputs(path: string): Bundles {
  return (JSON.parse(read(path)) as { readonly outputs: Bundles }).outputs;
}

/** An output and all it loads: at once, or also what it loads when it is asked to (`lazy`). */
export function closureOf(
  all: Bundles,
  output: string,
  options: { readonly lazy: boolean },
): readonly string[] {
  const seen = new Set([output]);
  for (const path of seen) {
    for (const { path: next, kind } of all[path]?.imports ?? []) {
      if (all[next] !== undefined && (options.lazy || kind !== 'dynamic-import')) seen.add(next);
    }
  }
  return [...seen];
}

/** Sources and package files that left something in these outputs. */
export function inputsOf(all: Bundles, paths: readonly string[]): readonly string[] {
  const inputs = paths.flatMap((path) =>
    Object.entries(all[path]?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input),
  );
  return [...new Set(inputs)].sort();
}

export function sizeOf(all: Bundles, paths: readonly string[]): number {
  return paths.reduce((total, path) => total + (all[path]?.bytes ?? 0), 0);
}

/** All outputs but the ranks of the encodings. */
export function withoutRanks(all: Bundles): readonly string[] {
  return Object.keys(all).filter((path) => !/_base-\w+\.js$/.test(path));
}
