// What a person decided for this computer, never for a project: accounts, budget, alerts. One shape in terminal and editor.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertThresholds, type Budget, isObject, type JsonObject, noThresholds } from '#core';
import { type Profiles, readProfiles } from './profiles.ts';

export interface Settings {
  readonly profiles: Profiles;
  /** Above these somebody is asked again, in words. */
  readonly budget: Budget;
  /** Beyond these a job is pointed out. */
  readonly alerts: AlertThresholds;
  /** How often what failed and could succeed is sent again by itself. */
  readonly retryFailed: number;
  /** Uploads are deleted at the provider once the results are here. */
  readonly deleteUploads: boolean;
}

export interface SettingsAnswer {
  readonly settings: Settings;
  /** One sentence each for what is there but cannot be used. */
  readonly problems: readonly string[];
}

export const noSettings: Settings = {
  profiles: {},
  budget: { perJobUsd: null, perMonthUsd: null },
  alerts: noThresholds,
  retryFailed: 0,
  deleteUploads: false,
};

const settingsFields = ['$schema', 'profiles', 'budget', 'alerts', 'retryFailed', 'deleteUploads'];
/** More is no bad luck. */
const mostRetries = 10;

/** @param value the JSON of settings.json, or the editor's settings of the same names. */
export function readSettings(value: unknown): SettingsAnswer {
  if (!isObject(value)) return { settings: noSettings, problems: ['It must be a JSON object.'] };
  const problems: string[] = [];
  const unknown = Object.keys(value).find((field) => !settingsFields.includes(field));
  if (unknown !== undefined) {
    const names = 'profiles, budget, alerts, retryFailed and deleteUploads';
    problems.push(`It can hold ${names}, and nothing else.`);
  }
  const settings = {
    profiles: readProfiles(value.profiles, problems),
    budget: readNumbers('budget', value.budget, noSettings.budget, problems),
    alerts: readNumbers('alerts', value.alerts, noSettings.alerts, problems),
    retryFailed: readTimes('retryFailed', value.retryFailed, problems),
    deleteUploads: readSwitch('deleteUploads', value.deleteUploads, problems),
  };
  const { completionPercent } = settings.alerts;
  if (completionPercent !== null && completionPercent > 100)
    problems.push('"alerts.completionPercent" must be from 0 to 100.');
  return { settings, problems };
}

/** An object of numbers from 0 on; those that are not given are null, as in `none`. */
function readNumbers<Numbers extends object>(
  name: string,
  value: unknown,
  none: Numbers,
  problems: string[],
): Numbers {
  if (value === undefined || value === null) return none;
  const names = Object.keys(none);
  if (!isObject(value)) {
    problems.push(`"${name}" must be an object with ${names.join(', ')}.`);
    return none;
  }
  if (Object.keys(value).some((field) => !names.includes(field)))
    problems.push(`"${name}" can hold ${names.join(', ')}, and nothing else.`);
  const read = names.map((field) => [field, readNumber(`${name}.${field}`, value[field], problems)]);
  return Object.fromEntries(read) as Numbers;
}

function readNumber(name: string, value: JsonObject[string], problems: string[]): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  problems.push(`"${name}" must be a number, at least 0.`);
  return null;
}

function readTimes(name: string, value: JsonObject[string], problems: string[]): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostRetries)
    return value;
  problems.push(`"${name}" must be a whole number from 0 to ${mostRetries}.`);
  return 0;
}

function readSwitch(name: string, value: JsonObject[string], problems: string[]): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') problems.push(`"${name}" must be true or false.`);
  return value === true;
}

const settingsName = 'settings.json';

export interface SettingsFile extends SettingsAnswer {
  readonly path: string;
  readonly exists: boolean;
}

const mostBytes = 1_000_000;

/** Of a terminal. Problems name the file: whoever keeps a budget there must learn that it is not kept. */
export function readSettingsFile(home: string): SettingsFile {
  const path = join(home, settingsName);
  const unusable = (why: string): SettingsFile => ({
    ...{ path, exists: true, settings: noSettings },
    problems: [`${path} ${why} and has no effect; correct it.`],
  });
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return { path, exists: false, settings: noSettings, problems: [] };
    return unusable(code === '' ? 'is no file of less than a megabyte' : `cannot be read (${code})`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return unusable('is not JSON');
  }
  const { settings, problems } = readSettings(json);
  return { path, exists: true, settings, problems: problems.map((problem) => `${path}: ${problem}`) };
}

/** @throws when it is a folder, a pipe, or larger than any settings. */
function readText(path: string): string {
  // A pipe would be waited for.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const facts = fstatSync(file);
    if (!facts.isFile() || facts.size > mostBytes) throw new Error(path);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
