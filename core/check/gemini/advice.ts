// What to write instead where Gemini's schema refuses something, and whether that costs the row or the file.

import generateContent from '#schemas/gemini/generate-content.json' with { type: 'json' };
import { enumValuesAt, type Written } from '../../dialects/protoWritten.ts';
import { type Fix, removing } from '../../fix/fix.ts';
import { isObject } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyUse } from '../bodyRule.ts';
import { nameOf, oneOf } from '../bodyWords.ts';
import { didYouMean } from '../fieldNames.ts';
import type { Finding } from '../finding.ts';

/**
 * Fields that only Vertex AI has, by the object they stand in: the SDK refuses them for the Gemini API (@google/genai 3.1.0,
 * `…ToMldev` converters, 2026-11-10).
 */
export const vertexOnly: Readonly<Record<string, readonly string[]>> = {
  '': [
    'modelArmorConfig',
    'generationOutputConfig',
    'routingConfig',
    'modelSelectionConfig',
    'audioTimestamp',
  ],
  generationConfig: ['routingConfig', 'modelSelectionConfig', 'audioTimestamp'],
  imageConfig: [
    'personGeneration',
    'outputMimeType',
    'outputCompressionQuality',
    'imageOutputOptions',
    'prominentPeople',
  ],
  safetySettings: ['method'],
  tools: ['retrieval', 'enterpriseWebSearch', 'exaAiSearch', 'parallelAiSearch'],
  googleSearch: ['blockingConfidence', 'excludeDomains'],
  googleMaps: ['groundingTypes'],
  authConfig: [
    'apiKeyConfig',
    'authType',
    'googleServiceAccountConfig',
    'httpBasicAuthConfig',
    'oauthConfig',
    'oidcConfig',
  ],
  functionCall: ['partialArgs', 'willContinue'],
  functionCallingConfig: ['streamFunctionCallArguments'],
  embedContentConfig: ['mimeType', 'autoTruncate', 'documentOcr', 'audioTrackExtraction'],
};

/** Of a finding of the schema; others stay as they are. */
export function adviseGemini(finding: Finding, use: BodyUse, written: Written): Finding {
  if (finding.where.kind !== 'path') return finding;
  const { path } = finding.where;
  switch (finding.code) {
    case 'body.unknown-field':
    case 'body.wrong-endpoint':
      return { ...adviseField(finding, path, use), scope: 'file' };
    case 'body.type':
      return { ...adviseType(finding, path, use), scope: 'file' };
    case 'body.value':
      return { ...adviseName(finding, path, use, enumValuesAt(written, path)), scope: 'file' };
    case 'body.missing-field':
      // The line can be read; it is the request that fails.
      return { ...finding, scope: 'row' };
    default:
      return finding;
  }
}

const configFields: ReadonlySet<string> = new Set(
  Object.keys(generateContent.definitions.generationConfig.properties),
);
const thinkingFields: ReadonlySet<string> = new Set(
  Object.keys(generateContent.definitions.generationConfig.properties.thinkingConfig.properties),
);
/** What other APIs call a field of generationConfig; inside it, it is renamed. */
const configNicknames: ReadonlySet<string> = new Set([
  ...Object.keys(generateContent.definitions.generationConfig.sameAs),
]);

function adviseField(finding: Finding, path: JsonPath, { body, endpoint }: BodyUse): Finding {
  const field = String(path.at(-1));
  const name = camelOf(field);
  const owner = ownerOf(path);
  const ofVertex = owner === '' && endpoint?.schema === 'gemini/embed-content' ? 'embedContentConfig' : owner;
  if (vertexOnly[ofVertex]?.includes(name) === true) return onlyVertex(finding, field, path, ofVertex);
  if (endpoint?.schema !== 'gemini/generate-content') return finding;
  if (path.length === 1 && field === 'config') return { ...finding, fixes: renamedConfig(body) };
  // OpenAI's response_format is another thing than Gemini's.
  const isConfig = name !== 'responseFormat' && (configFields.has(name) || configNicknames.has(field));
  if (path.length === 1 && isConfig) {
    return { ...finding, fixes: movedInto('generationConfig', body, path, name) };
  }
  if (path.length === 2 && owner === 'generationConfig' && thinkingFields.has(name)) {
    return { ...finding, fixes: movedInto('thinkingConfig', body.generationConfig, path, name) };
  }
  return finding;
}

/** The embedding endpoint has begun to take what was Vertex AI's. */
function onlyVertex(finding: Finding, field: string, path: JsonPath, owner: string): Finding {
  const message = `${field} is a setting of Vertex AI, which the Gemini API does not have; remove it.`;
  return {
    ...finding,
    message,
    ...(owner === 'embedContentConfig' ? { severity: 'warning' as const } : {}),
    fixes: [removing(path)],
  };
}

/** The SDK's flat settings belong into generationConfig: there they mean the same. */
function movedInto(into: string, owner: unknown, path: JsonPath, name: string): readonly Fix[] {
  const target = isObject(owner) && Object.hasOwn(owner, into) ? owner[into] : undefined;
  if (target !== undefined && (!isObject(target) || Object.hasOwn(target, name))) return [];
  return [{ title: `Move into ${into}`, change: { kind: 'moveMember', path, into }, safe: true }];
}

/** Where all of it are fields of generationConfig. */
function renamedConfig(body: BodyUse['body']): readonly Fix[] {
  const { config } = body;
  if (!isObject(config) || Object.hasOwn(body, 'generationConfig')) return [];
  if (!Object.keys(config).every((key) => configFields.has(camelOf(key)))) return [];
  const change = { kind: 'renameKey', path: ['config'], name: 'generationConfig' } as const;
  return [{ title: 'Rename to "generationConfig"', change, safe: true }];
}

/** The SDKs take a text in place of content; the API does not. */
function adviseType(finding: Finding, path: JsonPath, { body }: BodyUse): Finding {
  const value = valueAt(body, path);
  const wrap = typeof value === 'string' ? wrapOf(path) : null;
  if (wrap === null) return finding;
  const [before, after] = wrap;
  return {
    ...finding,
    message: `${ended(finding.message)}; write ${before}…${after}.`,
    fixes: [{ title: 'Make it a text part', change: { kind: 'wrapValue', path, before, after }, safe: true }],
  };
}

/** A name of an enum, which is often written without what all of them begin with. */
function adviseName(
  finding: Finding,
  path: JsonPath,
  { body }: BodyUse,
  values: readonly string[] | null,
): Finding {
  const value = valueAt(body, path);
  if (values === null) return finding;
  const useful = values.filter((one) => !/UNSPECIFIED$/i.test(one));
  const message = `${nameOf(path.map(String))} must be ${oneOf(useful)}`;
  if (Array.isArray(value) && path.at(-1) === 'type') {
    return { ...finding, message: `${message}; write one type, and "nullable": true for null.` };
  }
  const meant = typeof value === 'string' ? meantName(value, useful) : null;
  if (meant === null) return { ...finding, message: `${message}.` };
  const json = JSON.stringify(meant.name);
  const change = { kind: 'replaceValue', path, json } as const;
  return {
    ...finding,
    message: `${message}; did you mean ${json}?`,
    fixes: [{ title: `Write ${json}`, change, safe: meant.isCertain }],
  };
}

function meantName(
  value: string,
  names: readonly string[],
): { readonly name: string; readonly isCertain: boolean } | null {
  if (value.length > 64) return null;
  const end = `_${value.toUpperCase()}`;
  const ending = names.filter((name) => name.endsWith(end)).sort((a, b) => a.length - b.length);
  if (ending[0] !== undefined) return { name: ending[0], isCertain: ending.length === 1 };
  const nearest = didYouMean(value, names);
  return nearest === null ? null : { name: nearest, isCertain: false };
}

function wrapOf(path: JsonPath): readonly [string, string] | null {
  const last = path.at(-1);
  const owner = path.at(-2);
  if (path.length === 1 && (last === 'systemInstruction' || last === 'content')) {
    return ['{"parts":[{"text":', '}]}'];
  }
  if (path.length === 1 && last === 'contents') return ['[{"parts":[{"text":', '}]}]'];
  if (path.length === 2 && owner === 'contents') return ['{"parts":[{"text":', '}]}'];
  if (last === 'parts') return ['[{"text":', '}]'];
  return owner === 'parts' ? ['{"text":', '}'] : null;
}

/** The object that a path ends in: the name nearest to it. */
function ownerOf(path: JsonPath): string {
  return String(path.slice(0, -1).findLast((step) => !/^\d+$/.test(String(step))) ?? '');
}

function valueAt(body: BodyUse['body'], path: JsonPath): unknown {
  let value: unknown = body;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function camelOf(name: string): string {
  return name.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}

function ended(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
