// A real VS Code for `npm start` and the tests: the workbench and extension host as the package `code-server` carries them,
// installed once into .vscode-test/ and served on this machine only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));
/** Carries VS Code 1.139.1. */
const version = '4.139.1';
const folder = join(root, '.vscode-test', `code-server-${version}`);
const complete = join(folder, '.complete');
const serverMain = join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');

/** What native modules are compiled with. */
const compilerPackages = ['g++', 'make', 'python3', 'pkg-config', 'libkrb5-dev'];

/** A cause that a person can remove: shown without a stack. */
export class SetupError extends Error {}

/** @param {readonly string[]} names Debian packages; missing ones are installed where that is possible, or named. */
function ensureSystemPackages(names) {
  if (process.platform !== 'linux' || !has('dpkg-query')) return;
  const missing = names.filter((name) => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholder.
    const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' });
    return !stdout?.includes('install ok installed');
  });
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `System packages are missing. Install them and run this again:\n  sudo apt-get update && sudo apt-get ${install.join(' ')}`,
    );
  }
  console.log(`Installing system packages: ${missing.join(', ')}`);
  run('apt-get', ['update', '-qq'], { quiet: true });
  run('apt-get', install, { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } });
}

/** The browser to drive: one that LLM_BATCH_BROWSER names, or the system's; Debian's is installed where that is possible. */
export function ensureBrowser() {
  const names = [
    process.env.LLM_BATCH_BROWSER,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  const find = () => names.find((path) => path && existsSync(path));
  if (find() === undefined) ensureSystemPackages(['chromium']);
  const found = find();
  if (found === undefined) throw new SetupError('No Chromium was found; name one in LLM_BATCH_BROWSER.');
  return found;
}

/** Installs VS Code when it is not there; a half-failed install is removed whole. */
export function ensureVsCode() {
  if (existsSync(complete)) return;
  ensureSystemPackages(compilerPackages);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Install scripts that npm 12 would otherwise skip: code-server's own one installs VS Code's native modules.
  const allowed = ['code-server', 'argon2'];
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, allowScripts: Object.fromEntries(allowed.map((name) => [name, true])) }),
  );
  console.log(`Installing VS Code (code-server ${version}) into .vscode-test/: once, about two minutes`);
  run(
    npm,
    [
      'install',
      `code-server@${version}`,
      '--no-audit',
      '--no-fund',
      '--foreground-scripts',
      '--loglevel=error',
    ],
    {
      quiet: true,
      cwd: folder,
      env: {
        ...withoutOuterNpm(),
        // Native modules are compiled against this Node, with the headers it brings along: nothing else is fetched.
        npm_config_nodedir: nodeHeaders(),
        PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
      },
    },
  );
  run(process.execPath, [serverMain, '--version'], { quiet: true });
  writeFileSync(complete, `${version}\n`);
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * What `npm start` tells its children about itself (its Node among it) would be taken by this npm for its own; what says how the
 * registry is reached stays.
 */
function withoutOuterNpm() {
  const kept = /^npm_config_(registry|\w*proxy|ca|cafile|strict_ssl|cache|userconfig|fetch_\w+|.*:.*)$/i;
  const outer = Object.keys(process.env).filter((name) => /^npm_/i.test(name) && !kept.test(name));
  return Object.fromEntries(outer.map((name) => [name, undefined]));
}

/** The folder with `include/node/node.h` of the running Node: its own, or that of the package it comes from. */
function nodeHeaders() {
  const here = dirname(dirname(process.execPath));
  const platform = `node-${process.platform}-${process.arch}`;
  const candidates = [here, join(here, 'node_modules', platform), join(here, '..', platform)];
  const found = candidates.find((path) => existsSync(join(path, 'include/node/node.h')));
  if (found === undefined)
    throw new SetupError(`The headers of Node ${process.version} were not found beside it.`);
  return found;
}

/** A workbench that stays quiet: no welcome, no chat, no updates, nothing that asks or moves by itself. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // As on a desktop: in a browser VS Code saves by itself, a second after a key was pressed.
  'files.autoSave': 'off',
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.editor.enablePreview': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * Writes user settings into a server's data folder: quiet ones, then those given.
 * @param {string} dataDir
 * @param {Readonly<Record<string, unknown>>} settings
 */
export function writeUserSettings(dataDir, settings = {}) {
  const user = join(dataDir, 'data/User');
  mkdirSync(user, { recursive: true });
  writeFileSync(
    join(user, 'settings.json'),
    `${JSON.stringify({ ...quietSettings, ...settings }, null, 2)}\n`,
  );
}

/**
 * Serves the workbench on loopback until `stop`.
 * @param {import('./vscode.d.mts').ServeOptions} options
 * @returns {Promise<import('./vscode.d.mts').ServedVsCode>}
 */
export async function serveVsCode({
  dataDir,
  extensionsDir,
  folder: opened,
  port = 0,
  smokeTest = false,
  env = {},
}) {
  const chosen = port || (await freePort());
  const child = spawn(
    process.execPath,
    [
      serverMain,
      ...['--host', '127.0.0.1', '--port', String(chosen), '--without-connection-token'],
      ...['--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust'],
      ...['--server-data-dir', dataDir, '--extensions-dir', extensionsDir],
      ...(opened === undefined ? [] : ['--default-folder', opened]),
      ...(smokeTest ? ['--enable-smoke-test-driver'] : []),
    ],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      log = (log + text).slice(-20_000);
    });
  }
  const url = `http://127.0.0.1:${chosen}/`;
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 300) {
      kill();
      throw new Error(`VS Code did not start:\n${log}`);
    }
    const answer = await fetch(url).catch(() => null);
    if (answer !== null && answer.status < 500) break;
    await sleep(100);
  }
  return {
    url,
    port: chosen,
    log: () => log,
    ended: new Promise((resolve) => child.once('exit', () => resolve())),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      const timer = setTimeout(kill, 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Packs what is in dist/ now and installs it into an extensions folder, in place of what was there. */
export function installPackedExtension(extensionsDir, dataDir) {
  const vsix = join(root, 'out/llm-batch.vsix');
  mkdirSync(join(root, 'out'), { recursive: true });
  run(
    process.execPath,
    [
      join(root, 'node_modules/@vscode/vsce/vsce'),
      ...[
        'package',
        '--no-dependencies',
        '--no-rewrite-relative-links',
        '--allow-missing-repository',
        '-o',
        vsix,
      ],
    ],
    { quiet: true },
  );
  rmSync(extensionsDir, { recursive: true, force: true });
  mkdirSync(extensionsDir, { recursive: true });
  run(
    process.execPath,
    [
      serverMain,
      ...['--accept-server-license-terms', '--server-data-dir', dataDir, '--extensions-dir', extensionsDir],
      ...['--install-extension', vsix, '--force'],
    ],
    { quiet: true },
  );
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param {string} command */
function has(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/**
 * @param {string} command
 * @param {readonly string[]} arguments_
 * @param {{ env?: Record<string, string | undefined>, cwd?: string, quiet?: boolean }} options quiet: its output is shown only when it fails
 */
function run(command, arguments_, { env = {}, cwd = root, quiet = false } = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, arguments_, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    shell: command.endsWith('.cmd'),
  });
  if (status === 0) return;
  const lines = `${stdout ?? ''}${stderr ?? ''}`.split('\n');
  const output = lines
    .map((line) => line.slice(0, 400))
    .join('\n')
    .slice(-8000);
  throw new SetupError(`${command} ${arguments_[0]} failed${error ? `: ${error.message}` : ''}\n${output}`);
}
