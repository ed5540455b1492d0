// What a schema cannot say of Gemini's contents: who may speak, and that a part is one thing.
import { writing } from '../../fix/fix.ts';
import { isObject } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import type { BodyUse } from '../bodyRule.ts';
import { nameOf } from '../bodyWords.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';
import { typeOfBytes } from '../inside/base64Fault.ts';

/** A request with more is wrong as a whole; the first ones say why. */
export const mostFindings = 50;

/** What a part can hold; the others say something about it (@google/genai 3.1.0, `Part`). */
const dataFields = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const;

/** Of `contents`. */
export function checkContents({ body }: BodyUse): Finding[] {
  const findings: Finding[] = [];
  const { contents, systemInstruction } = body;
  for (const [index, content] of (Array.isArray(contents) ? contents : []).entries()) {
    if (findings.length >= mostFindings) break;
    if (!isObject(content)) continue;
    checkRole(content, ['contents', index, 'role'], findings);
    checkParts(content, ['contents', index, 'parts'], findings);
  }
  if (isObject(systemInstruction)) checkInstruction(systemInstruction, findings);
  checkLastTurn(contents, findings);
  return findings.slice(0, mostFindings);
}

/** `Please use a valid role: user, model.` */
function checkRole({ role }: Readonly<Record<string, unknown>>, path: JsonPath, findings: Finding[]): void {
  if (typeof role !== 'string' || role === 'user' || role === 'model' || role === '') return;
  const where = at(path);
  const quoted = JSON.stringify(clip(role));
  const name = nameOf(path.map(String));
  if (role === 'function') {
    const message = `${name} is "function", which newer models refuse; write "user".`;
    const fixes = [writing(path, '"user"', true)];
    findings.push({ code: 'body.value', severity: 'warning', where, message, fixes });
  } else if (role === 'system' || role === 'developer') {
    const message = `${name} is ${quoted}, and Gemini refuses it; put what it says into systemInstruction.`;
    findings.push({ code: 'body.value', where, message });
  } else {
    const meant = meantRole(role);
    const message = `${name} is ${quoted}, and Gemini refuses it; write ${meant === null ? '"user" or "model"' : `"${meant}"`}.`;
    const fixes = meant === null ? [] : [writing(path, JSON.stringify(meant), true)];
    findings.push({ code: 'body.value', where, message, fixes });
  }
}

const roles: Readonly<Record<string, string>> = {
  assistant: 'model',
  ai: 'model',
  bot: 'model',
  human: 'user',
  tool: 'user',
};

function meantRole(role: string): string | null {
  const folded = role.trim().toLowerCase();
  if (folded === 'user' || folded === 'model') return folded;
  return Object.hasOwn(roles, folded) ? (roles[folded] ?? null) : null;
}

export function checkParts(
  { parts }: Readonly<Record<string, unknown>>,
  path: JsonPath,
  findings: Finding[],
): void {
  if (!Array.isArray(parts)) return;
  for (let index = 0; index < parts.length && findings.length < mostFindings; index++) {
    const part: unknown = parts[index];
    if (isObject(part)) checkPart(part, [...path, index], findings);
  }
}

function checkPart(part: Readonly<Record<string, unknown>>, path: JsonPath, findings: Finding[]): void {
  const name = nameOf(path.map(String));
  const held = dataFields.filter((field) => Object.hasOwn(part, field));
  const [first, second] = held;
  // A signature may come with nothing else.
  const isSigned = typeof part.thoughtSignature === 'string';
  if (first === undefined) {
    if (isSigned || Object.keys(part).some((key) => !aside.has(key))) return;
    const message = `${name} holds nothing; give it a text or other data, or remove it.`;
    findings.push({ code: 'body.missing-field', where: at(path, 'owner'), message });
    return;
  }
  if (second !== undefined) {
    const message = `${name} holds ${first} and ${second}; a part is one thing, make two parts of it.`;
    findings.push({ code: 'body.conflict', scope: 'file', where: at([...path, second], 'key'), message });
  }
  if (part.text === '' && second === undefined && !isSigned) {
    const message = `${name} has an empty text, which some models refuse; write something or remove the part.`;
    findings.push({ code: 'body.value', severity: 'warning', where: at([...path, 'text']), message });
  }
  if (isObject(part.inlineData)) checkBlob(part.inlineData, [...path, 'inlineData'], findings);
  if (isObject(part.fileData)) checkFile(part.fileData, [...path, 'fileData'], findings);
  checkVideo(part, path, findings);
}

/** Fields that a part may have beside its data; unknown ones are the schema's to refuse. */
const aside: ReadonlySet<string> = new Set([
  'thought',
  'thoughtSignature',
  'videoMetadata',
  'mediaResolution',
  'mediaProcessing',
  'speechMetadata',
  'partMetadata',
]);

const mimeType = /^[\w.+-]+\/[\w.+*-]+(?:\s*;.*)?$/;

/** The bytes have rules of all providers (inside/media.ts), which say of what type they are where they can. */
function checkBlob(
  { data, mimeType: type }: Readonly<Record<string, unknown>>,
  path: JsonPath,
  findings: Finding[],
): void {
  if (typeof type !== 'string' || mimeType.test(type.slice(0, 200))) return;
  if (typeof data === 'string' && typeOfBytes(data, 0) !== null) return;
  const message = `${nameOf(path.map(String))}.mimeType is ${type === '' ? 'empty' : JSON.stringify(clip(type))}; write a type such as "image/png" or "application/pdf".`;
  findings.push({ code: 'body.value', where: at([...path, 'mimeType']), message });
}

function checkFile(
  { fileUri }: Readonly<Record<string, unknown>>,
  path: JsonPath,
  findings: Finding[],
): void {
  if (typeof fileUri !== 'string') return;
  const where = at([...path, 'fileUri']);
  const name = nameOf(path.map(String));
  if (/^files\/[\w-]+$/.test(fileUri)) {
    const message = `${name}.fileUri is the name of a file; write its uri, "https://generativelanguage.googleapis.com/v1beta/files/…".`;
    findings.push({ code: 'body.value', severity: 'warning', where, message });
  }
}

/** `videoMetadata` without a video is meant for another part (@google/genai 3.1.0, `Part`). */
function checkVideo(part: Readonly<Record<string, unknown>>, path: JsonPath, findings: Finding[]): void {
  const { videoMetadata } = part;
  if (!isObject(videoMetadata)) return;
  const name = nameOf(path.map(String));
  if (!isObject(part.inlineData) && !isObject(part.fileData)) {
    const message = `${name} has videoMetadata and no video; put it into the part with the video.`;
    findings.push({
      code: 'body.conflict',
      severity: 'warning',
      where: at([...path, 'videoMetadata'], 'key'),
      message,
    });
  }
  const { fps } = videoMetadata;
  if (typeof fps === 'number' && (fps <= 0 || fps > 24)) {
    const message = `${name}.videoMetadata.fps must be more than 0 and at most 24.`;
    findings.push({
      code: 'body.range',
      severity: 'warning',
      where: at([...path, 'videoMetadata', 'fps']),
      message,
    });
  }
}

/** Gemini reads instructions as text. */
function checkInstruction(instruction: Readonly<Record<string, unknown>>, findings: Finding[]): void {
  checkParts(instruction, ['systemInstruction', 'parts'], findings);
  const { parts } = instruction;
  if (parts === undefined || (Array.isArray(parts) && parts.length === 0)) {
    const message =
      'systemInstruction has no parts, and says nothing; write "parts": [{"text": …}], or remove it.';
    const where = at(['systemInstruction'], 'key');
    findings.push({ code: 'body.missing-field', severity: 'warning', where, message });
  }
  if (!Array.isArray(parts)) return;
  const index = parts.findIndex(
    (part) => isObject(part) && (isObject(part.inlineData) || isObject(part.fileData)),
  );
  if (index === -1) return;
  const message = `systemInstruction.parts[${index}] is no text; put images and files into contents.`;
  const where = at(['systemInstruction', 'parts', index], 'owner');
  findings.push({ code: 'body.value', severity: 'warning', where, message });
}

/** `Please ensure that multiturn requests end with a user turn or a function response.` Newer models were seen to go on. */
function checkLastTurn(contents: unknown, findings: Finding[]): void {
  if (!Array.isArray(contents) || contents.length === 0) return;
  const index = contents.length - 1;
  const last: unknown = contents[index];
  if (!isObject(last) || last.role !== 'model') return;
  const message = `contents ends with a turn of the model, which some models refuse; end with what the user says.`;
  findings.push({
    code: 'body.value',
    severity: 'warning',
    where: at(['contents', index, 'role']),
    message,
  });
}
