// What is set up on this computer? Versions, proxy, certificates, the place of the jobs, the project's file, the simulator.
import { constants } from 'node:fs';
import { access, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type Configuration,
  formatCount,
  formatNumberOf,
  isTerminal,
  problemCodes,
  readSeverityOverrides,
} from '#core';
import type { JobStore } from '#jobs';
import { reach } from './doctorReach.ts';
import { absent, type DoctorReport, fine, wrong } from './doctorReport.ts';
import type { Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';
import { homeOf, useProxy } from './workshop.ts';

const oldestNode = [20, 12] as const;

export function versionSection(): DoctorReport['version'] {
  const { node } = process.versions;
  const platform = `${process.platform} ${process.arch}`;
  const facts = { llm_batch: packageVersion(), node, platform };
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  const message = `llm-batch ${facts.llm_batch} on Node ${node}, ${platform}`;
  if (!isOld) return { ...facts, ...fine(message) };
  return { ...facts, ...wrong(message, `Use Node ${oldestNode.join('.')} or later.`) };
}

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
const directVariables = ['NO_PROXY', 'no_proxy'];

/** Sets the proxy up, too, for what is asked next. Values are not shown: they may hold a password. */
export async function proxySection(terminal: Terminal): Promise<DoctorReport['proxy']> {
  const isSet = (name: string): boolean => Boolean(terminal.env[name]);
  const proxies = proxyVariables.filter(isSet);
  const variables = [...proxies, ...directVariables.filter(isSet)];
  if (proxies.length === 0) return { variables, ...absent('calls go straight') };
  const usable = await useProxy(terminal).catch(() => null);
  const named = proxies.join(', ');
  if (usable === null) return { variables, ...wrong(`${named} is no URL.`, 'Write it as http://host:port.') };
  if (!usable) {
    const next = 'Use Node 24.14 or later; from 22.21 on NODE_USE_ENV_PROXY=1 does it too.';
    return { variables, ...wrong(`${named} is set, but this Node cannot use it.`, next) };
  }
  return { variables, ...fine(`calls go as ${variables.join(', ')} say, to this computer straight`) };
}

export async function certificatesSection({ env }: Terminal): Promise<DoctorReport['certificates']> {
  const file = env.NODE_EXTRA_CA_CERTS || null;
  const facts = { extra_ca_file: file };
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    const next = 'Unset it; NODE_EXTRA_CA_CERTS adds a certificate of your organisation.';
    return {
      ...facts,
      ...wrong('NODE_TLS_REJECT_UNAUTHORIZED=0: certificates are not checked at all.', next),
    };
  }
  if (file === null) return { ...facts, ...absent('none added to those that Node trusts') };
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null)
    return { ...facts, ...wrong(`${file} (NODE_EXTRA_CA_CERTS) cannot be read.`, 'Correct the path.') };
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    return {
      ...facts,
      ...wrong(`${file} (NODE_EXTRA_CA_CERTS) holds no certificate.`, 'It must be a PEM file.'),
    };
  }
  return { ...facts, ...fine(`${file} is trusted too`) };
}

export async function stateSection(terminal: Terminal): Promise<DoctorReport['state']> {
  const { JobStore } = await import('#jobs');
  const folder = await homeOf(terminal);
  const store = new JobStore(folder);
  const [{ jobs, unreadable }, writable, { locked, leftovers }] = await Promise.all([
    store.list(),
    isWritable(folder),
    lookIntoFolders(store),
  ]);
  const open = jobs.filter((job) => !isTerminal(job)).length;
  const facts = {
    folder,
    folder_from: terminal.env.LLM_BATCH_HOME ? 'LLM_BATCH_HOME' : 'platform',
    writable,
    jobs: jobs.length,
    open_jobs: open,
    locked_jobs: locked,
    unreadable: unreadable.map(({ path }) => path),
    leftovers,
  } as const;
  if (!writable) {
    return {
      ...facts,
      ...wrong(`${folder} cannot be written to.`, 'Change its permissions, or set LLM_BATCH_HOME.'),
    };
  }
  const [first] = unreadable;
  if (first !== undefined) {
    const next = 'Nothing was removed; move its folder away when you are sure that it is not needed.';
    return {
      ...facts,
      ...wrong(`${formatNumberOf(unreadable.length, 'record')} cannot be read: ${first.message}`, next),
    };
  }
  const words = [`${folder}: ${formatNumberOf(jobs.length, 'job')}, ${formatCount(open)} open`];
  if (locked > 0) words.push(`${formatCount(locked)} being followed`);
  const { calibrationName, readEvidenceFile } = await import('#files');
  const evidence = await readEvidenceFile(folder);
  if (evidence.kind === 'unreadable') words.push(`${calibrationName} ${evidence.message.replace(/\.$/, '')}`);
  if (leftovers.length > 0)
    words.push(`${formatNumberOf(leftovers.length, 'leftover')} of ended processes (harmless)`);
  return { ...facts, ...fine(words.join(', ')) };
}

/** The folder itself, or where it would be made. */
async function isWritable(folder: string): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const facts = await stat(path).catch(() => null);
    if (facts === null && path !== dirname(path)) continue;
    if (facts === null || !facts.isDirectory()) return false;
    return await access(path, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
  }
}

/** Folders that a process holds, and what processes left that ended before they had written a record. */
async function lookIntoFolders(
  store: JobStore,
): Promise<{ readonly locked: number; readonly leftovers: readonly string[] }> {
  const parent = dirname(store.folderOf('x'));
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  let locked = 0;
  const leftovers: string[] = [];
  for (const entry of entries.filter((one) => one.isDirectory() && !one.name.startsWith('intents'))) {
    const folder = join(parent, entry.name);
    const names = await readdir(folder).catch(() => ['job.json']);
    if (names.includes('lock')) locked++;
    else if (!names.includes('job.json')) leftovers.push(folder);
    for (const name of names) {
      if (/^job\.json\.\d+$/.test(name) || name.includes('.abandoned-')) leftovers.push(join(folder, name));
    }
  }
  return { locked, leftovers };
}

/** What stands in a `.llm-batch.json` and has no effect is said here, and only here. */
export async function projectSection(): Promise<DoctorReport['project']> {
  const { findProjectConfig, projectConfigName } = await import('#files');
  const { path, problem, values } = await findProjectConfig(resolve('any.jsonl'));
  if (path === null) return { path, ...absent(`no ${projectConfigName} here or above`) };
  if (problem !== null) return { path, ...wrong(problem, null) };
  const unknown = await unknownSeverities(path);
  if (unknown.length > 0) {
    const next = 'Take the codes from docs/problems, and error, warning, info, hint or off.';
    return { path, ...wrong(`${path}: ${unknown.join(', ')} has no effect.`, next) };
  }
  return { path, ...fine(`${path} changes ${changesOf(values).join(', ') || 'nothing'}`) };
}

function changesOf(values: Partial<Configuration>): string[] {
  const { severity, prices, queueTokens, calibration, priceFile, provider, model, anthropicVersion } = values;
  const counted = (record: object | undefined, one: string, many: string): string[] => {
    const count = Object.keys(record ?? {}).length;
    return count === 0 ? [] : [formatNumberOf(count, one, many)];
  };
  return [
    ...(provider === undefined ? [] : ['the provider']),
    ...(model === undefined ? [] : ['the model']),
    ...(anthropicVersion === undefined ? [] : ['the version of the API']),
    ...counted(prices, 'price', 'prices'),
    ...(priceFile ? [`prices by ${priceFile.path}`] : []),
    ...counted(queueTokens, 'limit', 'limits'),
    ...counted(calibration, 'calibration', 'calibrations'),
    ...counted(severity, 'severity', 'severities'),
  ];
}

async function unknownSeverities(path: string): Promise<string[]> {
  const config = JSON.parse(await readFile(path, 'utf8')) as { readonly severity?: unknown } | null;
  const asked = config?.severity ?? {};
  if (typeof asked !== 'object') return ['"severity"'];
  const understood = readSeverityOverrides(asked);
  return Object.entries(asked)
    .filter(([code]) => !Object.hasOwn(understood, code))
    .map(([code, value]) =>
      Object.hasOwn(problemCodes, code) ? `"${code}": ${JSON.stringify(value)}` : `"${code}"`,
    );
}

const simulatorPatienceMs = 2000;

export async function simulatorSection(terminal: Terminal): Promise<DoctorReport['simulator']> {
  const { simulatorAccount } = await import('#jobs');
  const answer = simulatorAccount(await homeOf(terminal));
  if (answer.kind === 'problem')
    return { url: null, running: false, ...absent('not running (none is needed)') };
  const url = answer.account.baseUrl;
  const reached = await reach(answer.account, simulatorPatienceMs, terminal.signal);
  const running = reached.kind === 'answered';
  return { url, running, ...(running ? fine(`runs at ${url}`) : absent(`not running any more at ${url}`)) };
}
