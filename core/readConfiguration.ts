// What stands in settings or in a `.llm-batch.json`, where anything may stand? What can be understood, and what is wrong with the rest.

import { clip } from './check/clip.ts';
import type { AnthropicVersion, CalibrationEntry, Configuration } from './configuration.ts';
import { providers } from './dialects/dialect.ts';
import { isObject, type JsonObject } from './json/members.ts';
import { type ModelOverride, readModelOverride } from './money/modelOverride.ts';
import { readSeverityOverrides } from './severityOverrides.ts';

const anthropicVersions: readonly AnthropicVersion[] = ['2023-06-01', '2026-10-21'];

/** What one source says: settings, or the JSON of a `.llm-batch.json`. */
export interface ConfigurationPart {
  readonly values: Partial<Configuration>;
  /** A file of prices that it names; whoever can read files puts it into `values`. */
  readonly priceFile: string | null;
  /** One sentence each for what is there but cannot be used. */
  readonly problems: readonly string[];
}

/** Where a configuration comes from: prices of a project are named as such wherever they decide. */
export type ConfigurationSource = 'settings' | 'project';

/** What may stand in `.llm-batch.json`. */
const projectFields: ReadonlySet<string> = new Set([
  ...[
    '$schema',
    'provider',
    'model',
    'severity',
    'prices',
    'priceFile',
    'limits',
    'calibration',
    'anthropic',
  ],
]);

/** Keeps what can be understood. Severities that have no effect are named by `doctor` alone. */
export function readConfiguration(
  value: unknown,
  source: ConfigurationSource = 'settings',
): ConfigurationPart {
  if (!isObject(value)) return { values: {}, priceFile: null, problems: ['It must be a JSON object.'] };
  const problems: string[] = [];
  const provider = providers.find((name) => name === value.provider);
  const isSet = value.provider != null && value.provider !== '' && value.provider !== 'auto';
  if (provider === undefined && isSet)
    problems.push(`"provider" must be auto or one of ${providers.join(', ')}.`);
  if (value.model != null && typeof value.model !== 'string')
    problems.push('"model" must be the name of a model.');
  const version = anthropicVersionOf(value, problems);
  if (source === 'project') problems.push(...unknownFields(value));
  return {
    values: {
      severity: readSeverityOverrides(value.severity),
      ...(provider === undefined ? {} : { provider }),
      ...(typeof value.model === 'string' && value.model !== '' ? { model: value.model } : {}),
      ...(version === null ? {} : { anthropicVersion: version }),
      ...part('prices', readPrices(value.prices, source, problems)),
      ...part('queueTokens', readQueueTokens(value.limits, problems)),
      ...part('calibration', readCalibration(value.calibration, source, problems)),
    },
    priceFile: readPath(value.priceFile, problems),
    problems,
  };
}

function part<Name extends string, Value>(name: Name, record: Readonly<Record<string, Value>> | null) {
  return (record === null ? {} : { [name]: record }) as Partial<
    Record<Name, Readonly<Record<string, Value>>>
  >;
}

function unknownFields(value: JsonObject): string[] {
  return Object.keys(value)
    .filter((field) => !projectFields.has(field))
    .slice(0, 3)
    .map(
      (field) =>
        `${JSON.stringify(clip(field))} has no effect here; it can hold ${[...projectFields].slice(1).join(', ')}.`,
    );
}

/** In settings it may stand as a dotted name, as editors write them. */
function anthropicVersionOf(value: JsonObject, problems: string[]): AnthropicVersion | null {
  const given = isObject(value.anthropic) ? value.anthropic.apiVersion : value['anthropic.apiVersion'];
  if (given === undefined || given === null) return null;
  const version = anthropicVersions.find((one) => one === given);
  if (version === undefined)
    problems.push(`"anthropic.apiVersion" must be ${anthropicVersions.join(' or ')}.`);
  return version ?? null;
}

/** More are no list that a person keeps by hand; each is looked at for every model. */
const mostSettings = 1000;

/** @returns null when nothing is given. */
function readRecord<Value>(
  value: unknown,
  name: string,
  problems: string[],
  readEntry: (key: string, value: unknown) => Value | null,
  mostKeys = mostSettings,
): Readonly<Record<string, Value>> | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) {
    problems.push(`"${name}" must be an object keyed by model names, "*" for any characters.`);
    return null;
  }
  const entries = Object.entries(value);
  if (entries.length > mostKeys) problems.push(`"${name}" has more than ${mostKeys} keys; the first count.`);
  // fromEntries makes own members of every name, also of __proto__.
  return Object.fromEntries(
    entries.slice(0, mostKeys).flatMap(([key, entry]) => {
      const read = readEntry(key, entry);
      return read === null ? [] : [[key, read] as const];
    }),
  );
}

/** For `.llm-batch.json`, settings and price files of our own form. */
export function readPrices(
  value: unknown,
  origin: ModelOverride['origin'],
  problems: string[],
  mostKeys?: number,
): Readonly<Record<string, ModelOverride>> | null {
  const readEntry = (key: string, entry: unknown): ModelOverride | null => {
    const { override, problems: wrong } = readModelOverride(entry);
    for (const clause of wrong) problems.push(`"prices" of ${JSON.stringify(clip(key))}: ${clause}.`);
    return Object.keys(override).length === 0 ? null : { ...override, ...(origin && { origin }) };
  };
  return readRecord(value, 'prices', problems, readEntry, mostKeys);
}

function readQueueTokens(limits: unknown, problems: string[]): Readonly<Record<string, number>> | null {
  if (limits === undefined || limits === null) return null;
  if (!isObject(limits)) {
    problems.push('"limits" must be an object with "queueTokens".');
    return null;
  }
  for (const field of Object.keys(limits)
    .filter((one) => one !== 'queueTokens')
    .slice(0, 3)) {
    problems.push(`"limits" can hold queueTokens, not ${JSON.stringify(clip(field))}.`);
  }
  return readRecord(limits.queueTokens, 'limits.queueTokens', problems, (key, tokens) => {
    if (isPositive(tokens) && Number.isSafeInteger(tokens)) return tokens;
    problems.push(`"limits.queueTokens" of ${JSON.stringify(clip(key))} must be a whole number of tokens.`);
    return null;
  });
}

/** Of a bare ratio nobody measured the spread. */
const statedErrorPercent = 10;
/** Beyond it a ratio is a slip: it would make estimates, and with them prices, anything. */
const mostRatio = 20;

function readCalibration(
  value: unknown,
  source: ConfigurationSource,
  problems: string[],
): Readonly<Record<string, CalibrationEntry>> | null {
  return readRecord(value, 'calibration', problems, (key, entry) => {
    const given: JsonObject = isObject(entry) ? entry : { ratio: entry };
    const { ratio, errorPercent = statedErrorPercent, outputTokens = null } = given;
    const isFit =
      isPositive(ratio) &&
      ratio <= mostRatio &&
      ratio >= 1 / mostRatio &&
      isAmount(errorPercent) &&
      errorPercent <= 100;
    if (isFit && (outputTokens === null || isAmount(outputTokens)))
      return { ratio, errorPercent, outputTokens, ...(source === 'project' ? { origin: source } : {}) };
    problems.push(
      `"calibration" of ${JSON.stringify(clip(key))} must be a ratio from 0.05 to 20, or an object with "ratio", "errorPercent" and "outputTokens".`,
    );
    return null;
  });
}

function readPath(value: unknown, problems: string[]): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string' && !value.includes('\0')) return value;
  problems.push('"priceFile" must be the path of a JSON file with prices.');
  return null;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isPositive(value: unknown): value is number {
  return isAmount(value) && value > 0;
}
