// What a schema cannot say of Gemini's generationConfig: fields that exclude or need each other, and usual ranges.

import type { Fix } from '../../fix/fix.ts';
import { isObject, type JsonObject } from '../../json/members.ts';
import type { BodyUse } from '../bodyRule.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';

export function checkGeneration({ body }: BodyUse): Finding[] {
  const { generationConfig: config } = body;
  if (!isObject(config)) return [];
  return [
    ...checkRanges(config),
    ...checkAnswerSchema(config),
    ...checkJsonSchema(config),
    ...checkMimeType(config),
    ...checkLogprobs(config),
    ...checkThinking(config),
    ...checkVoices(config),
  ];
}

const inConfig = (...path: readonly (string | number)[]): readonly (string | number)[] => [
  'generationConfig',
  ...path,
];

interface Range {
  readonly field: string;
  readonly min: number;
  readonly max: number;
}

/**
 * Temperature and penalties: comments of @google/genai 3.1.0 (2026-11-10); the others are general knowledge and not in its
 * types. All of them are warnings: a model may take more.
 */
const ranges: readonly Range[] = [
  { field: 'temperature', min: 0, max: 2 },
  { field: 'topP', min: 0, max: 1 },
  { field: 'topK', min: 1, max: Number.POSITIVE_INFINITY },
  { field: 'maxOutputTokens', min: 1, max: Number.POSITIVE_INFINITY },
  { field: 'candidateCount', min: 1, max: 8 },
  { field: 'presencePenalty', min: -2, max: 2 },
  { field: 'frequencyPenalty', min: -2, max: 2 },
  { field: 'logprobs', min: 0, max: 20 },
];
const mostStopSequences = 5;

function checkRanges(config: JsonObject): Finding[] {
  const findings: Finding[] = [];
  for (const { field, min, max } of ranges) {
    const value = config[field];
    if (typeof value !== 'number' || (value >= min && value <= max)) continue;
    const bounds = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`;
    const message = `${field} is usually ${bounds}; Gemini refuses what its model does not take.`;
    findings.push({ code: 'body.range', severity: 'warning', where: at(inConfig(field)), message });
  }
  const { stopSequences } = config;
  if (Array.isArray(stopSequences) && stopSequences.length > mostStopSequences) {
    const message = `stopSequences has ${stopSequences.length} texts; Gemini takes ${mostStopSequences}.`;
    const where = at(inConfig('stopSequences'));
    findings.push({ code: 'body.range', severity: 'warning', where, message });
  }
  return findings;
}

const jsonType: Fix = {
  title: 'Add "responseMimeType":"application/json"',
  change: {
    kind: 'insertMember',
    path: ['generationConfig'],
    name: 'responseMimeType',
    json: '"application/json"',
  },
  safe: true,
};

/** "If set, a compatible responseMimeType must also be set" (API reference of GenerationConfig, 2026). */
function checkAnswerSchema(config: JsonObject): Finding[] {
  const field = ['responseSchema', 'responseJsonSchema'].find((one) => config[one] !== undefined);
  if (field === undefined || config.responseFormat !== undefined) return [];
  const type = config.responseMimeType;
  if (type === undefined) {
    const message = `${field} needs "responseMimeType": "application/json" beside it.`;
    return [{ code: 'body.conflict', where: at(inConfig(field), 'key'), message, fixes: [jsonType] }];
  }
  if (type !== 'text/plain' && type !== '') return [];
  const message = `${field} needs responseMimeType "application/json", not ${JSON.stringify(type)}.`;
  const change = {
    kind: 'replaceValue',
    path: inConfig('responseMimeType'),
    json: '"application/json"',
  } as const;
  const fixes = [{ title: 'Write "application/json"', change, safe: false }];
  return [{ code: 'body.conflict', where: at(inConfig('responseMimeType')), message, fixes }];
}

/**
 * Of 502 answers to a batch with responseJsonSchema none had its shape, where generateContent and responseSchema gave what
 * was asked (crmne/ruby_llm #894, 2026-08-27).
 */
function checkJsonSchema(config: JsonObject): Finding[] {
  const { responseSchema, responseJsonSchema } = config;
  if (responseJsonSchema === undefined) return [];
  const where = at(inConfig('responseJsonSchema'), 'key');
  if (responseSchema !== undefined) {
    const message =
      'responseJsonSchema and responseSchema exclude each other; keep responseSchema, which batches follow.';
    const change = { kind: 'removeMember', path: inConfig('responseJsonSchema') } as const;
    return [
      {
        code: 'body.conflict',
        where,
        message,
        fixes: [{ title: 'Remove responseJsonSchema', change, safe: false }],
      },
    ];
  }
  const message =
    'responseJsonSchema was seen to give broken JSON in batches, though it works outside them; write responseSchema, or try a few requests first.';
  return [{ code: 'body.not-in-batch', severity: 'warning', scope: 'row', where, message }];
}

/** `response_mime_type: allowed mimetypes are …` */
const answerTypes: ReadonlySet<string> = new Set([
  '',
  'text/plain',
  'application/json',
  'application/xml',
  'application/yaml',
  'text/x.enum',
]);

function checkMimeType({ responseMimeType: type }: JsonObject): Finding[] {
  if (typeof type !== 'string' || answerTypes.has(type) || /^(?:image|audio|video)\//.test(type)) return [];
  const isJson = /^(?:json|text\/json|application\/json5?;?.*)$/i.test(type.slice(0, 100));
  const message = `${JSON.stringify(clip(type))} is not known as a responseMimeType; write "application/json", "text/plain" or "text/x.enum".`;
  const path = inConfig('responseMimeType');
  const change = { kind: 'replaceValue', path, json: '"application/json"' } as const;
  const fixes = isJson ? [{ title: 'Write "application/json"', change, safe: true }] : [];
  return [{ code: 'body.value', severity: 'warning', where: at(path), message, fixes }];
}

function checkLogprobs(config: JsonObject): Finding[] {
  if (typeof config.logprobs !== 'number' || config.responseLogprobs === true) return [];
  const message = 'logprobs counts only with "responseLogprobs": true; add it.';
  const change = {
    kind: 'insertMember',
    path: ['generationConfig'],
    name: 'responseLogprobs',
    json: 'true',
  } as const;
  const fixes =
    config.responseLogprobs === undefined
      ? [{ title: 'Add "responseLogprobs":true', change, safe: false }]
      : [];
  const where = at(inConfig('logprobs'), 'key');
  return [{ code: 'body.conflict', severity: 'warning', where, message, fixes }];
}

/** `You can only set only one of thinking budget and thinking level.` */
function checkThinking({ thinkingConfig: thinking }: JsonObject): Finding[] {
  if (!isObject(thinking)) return [];
  const findings: Finding[] = [];
  const { thinkingBudget, thinkingLevel } = thinking;
  if (thinkingBudget !== undefined && thinkingLevel !== undefined) {
    const path = inConfig('thinkingConfig', 'thinkingBudget');
    const message =
      'thinkingBudget and thinkingLevel exclude each other; keep thinkingLevel for Gemini 3 and later, thinkingBudget for 2.5.';
    const change = { kind: 'removeMember', path } as const;
    const fixes = [{ title: 'Remove thinkingBudget', change, safe: false }];
    findings.push({ code: 'body.conflict', where: at(path, 'key'), message, fixes });
  }
  if (typeof thinkingBudget === 'number' && thinkingBudget < -1) {
    const message = 'thinkingBudget must be -1 (the model decides), 0 (none) or a number of tokens.';
    findings.push({ code: 'body.range', where: at(inConfig('thinkingConfig', 'thinkingBudget')), message });
  }
  return findings;
}

/** Both from the comments of @google/genai 3.1.0, `SpeechConfig`. */
function checkVoices({ speechConfig: speech }: JsonObject): Finding[] {
  if (!isObject(speech) || !isObject(speech.multiSpeakerVoiceConfig)) return [];
  const path = inConfig('speechConfig', 'multiSpeakerVoiceConfig');
  if (speech.voiceConfig !== undefined) {
    const message = 'multiSpeakerVoiceConfig and voiceConfig exclude each other; keep one.';
    return [{ code: 'body.conflict', where: at(path, 'key'), message }];
  }
  const { speakerVoiceConfigs: voices } = speech.multiSpeakerVoiceConfig;
  if (!Array.isArray(voices) || voices.length === 2) return [];
  const message = `speakerVoiceConfigs needs exactly two speakers, and has ${voices.length}.`;
  const where = at([...path, 'speakerVoiceConfigs']);
  return [{ code: 'body.range', severity: 'warning', where, message }];
}
