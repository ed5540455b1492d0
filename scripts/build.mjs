// Bundles everything that ships into dist/: the extension as CommonJS, all else as ES modules that share chunks.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundledLicenses } from './licenses.mjs';
import { packedRanks } from './packedRanks.mjs';

/** @type {import('esbuild').BuildOptions} */
const common = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  // The ES module build of a package where it has one: jsonc-parser's other one cannot be bundled.
  mainFields: ['module', 'main'],
  // Without `keepNames`, whose calls cost a tenth of a check: errors that are told by name say their name themselves.
  minify: true,
  // They are in dist/LICENSES.txt, whole.
  legalComments: 'none',
  metafile: true,
  // Written below, all at once: a failed build leaves the last good one.
  write: false,
  logLevel: 'warning',
};

/** Bundled CommonJS packages ask for Node's own modules with `require`, and for the place of their file. */
const commonJsNames = `
import { createRequire as createRequireOf } from 'node:module';
import { fileURLToPath as pathOfUrl } from 'node:url';
const require = createRequireOf(import.meta.url);
const __filename = pathOfUrl(import.meta.url);
const __dirname = pathOfUrl(new URL('.', import.meta.url));
`;

/** The extension loads these on first use, from beside itself. */
const lazyDoors = {
  name: 'lazy-doors',
  /** @param {import('esbuild').PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /^#(jobs|files|simulator)$/ }, ({ path, kind }) => {
      if (kind !== 'dynamic-import')
        return { errors: [{ text: `${path} must be loaded with import() here` }] };
      return { path: `./${path.slice(1)}.js`, external: true };
    });
  },
};

const ranks = packedRanks();
const [modules, client] = await Promise.all([
  build({
    ...common,
    entryPoints: {
      cli: 'cli/main.ts',
      languageServer: 'server/main.ts',
      worker: 'files/worker.ts',
      jobs: 'jobs/index.ts',
      files: 'files/index.ts',
      simulator: 'simulator/index.ts',
    },
    format: 'esm',
    plugins: [ranks.plugin],
    target: 'node20',
    splitting: true,
    chunkNames: '[name]-[hash]',
    banner: { js: commonJsNames },
  }),
  build({
    ...common,
    entryPoints: { client: 'client/main.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    plugins: [lazyDoors],
  }),
]);

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
mkdirSync('out', { recursive: true });
for (const { path, contents } of [...modules.outputFiles, ...client.outputFiles])
  writeFileSync(path, contents);
for (const [name, tokens] of ranks.files) writeFileSync(`dist/${name}`, tokens);
writeFileSync('out/meta-modules.json', JSON.stringify(modules.metafile));
writeFileSync('out/meta-client.json', JSON.stringify(client.metafile));
writeFileSync('dist/LICENSES.txt', bundledLicenses([modules.metafile, client.metafile]));
chmodSync('dist/cli.js', 0o755);
chmodSync('dist/languageServer.js', 0o755);
