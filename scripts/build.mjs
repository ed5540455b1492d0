// Bundles everything that ships into dist/: the extension as CommonJS, all else as ES modules that share chunks.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
mkdirSync('out', { recursive: true });

/** @type {import('esbuild').BuildOptions} */
const common = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  // The ES module build of a package where it has one: jsonc-parser's other one cannot be bundled.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

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
    target: 'node20',
    splitting: true,
    chunkNames: '[name]-[hash]',
    banner: {
      // Bundled CommonJS packages ask for Node's own modules with require.
      js: "import { createRequire as createRequireOf } from 'node:module'; const require = createRequireOf(import.meta.url);",
    },
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

writeFileSync('out/meta-modules.json', JSON.stringify(modules.metafile));
writeFileSync('out/meta-client.json', JSON.stringify(client.metafile));
chmodSync('dist/cli.js', 0o755);
chmodSync('dist/languageServer.js', 0o755);
