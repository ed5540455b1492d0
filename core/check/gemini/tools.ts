// What a schema cannot say of Gemini's tools, safety settings and caches: what excludes, needs or repeats what.
import { isObject, type JsonObject } from '../../json/members.ts';
import type { BodyUse } from '../bodyRule.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';
import { mostFindings } from './contents.ts';

export function checkGeminiTools({ body }: BodyUse): Finding[] {
  const findings = checkDeclarations(body);
  checkCalling(body, findings);
  checkSafety(body, findings);
  checkCache(body, findings);
  return findings.slice(0, mostFindings);
}

/** @google/genai 3.1.0, `Tool.functionDeclarations`. */
const mostDeclarations = 512;

function checkDeclarations({ tools }: JsonObject): Finding[] {
  const findings: Finding[] = [];
  for (const [index, tool] of (Array.isArray(tools) ? tools : []).entries()) {
    if (!isObject(tool) || !Array.isArray(tool.functionDeclarations)) continue;
    const path = ['tools', index, 'functionDeclarations'] as const;
    const { functionDeclarations: list } = tool;
    if (list.length > mostDeclarations) {
      const message = `${list.length} functions; Gemini takes ${mostDeclarations}.`;
      findings.push({ code: 'body.range', severity: 'warning', where: at(path, 'key'), message });
    }
    for (const [place, declaration] of list.entries()) {
      if (findings.length >= mostFindings) return findings;
      if (!isObject(declaration)) continue;
      for (const [field, other] of alternatives) {
        if (declaration[field] === undefined || declaration[other] === undefined) continue;
        const message = `${field} and ${other} exclude each other; keep one.`;
        findings.push({ code: 'body.conflict', where: at([...path, place, other], 'key'), message });
      }
    }
  }
  return findings;
}

const alternatives = [
  ['parameters', 'parametersJsonSchema'],
  ['response', 'responseJsonSchema'],
] as const;

/** Whether its names are those of functions is a rule of all providers (inside/toolChoice.ts). */
function checkCalling({ toolConfig }: JsonObject, findings: Finding[]): void {
  if (!isObject(toolConfig) || !isObject(toolConfig.functionCallingConfig)) return;
  const { mode, allowedFunctionNames: allowed } = toolConfig.functionCallingConfig;
  if (!Array.isArray(allowed) || allowed.length === 0 || mode === 'ANY' || mode === 'VALIDATED') return;
  const message = 'allowedFunctionNames counts only with mode "ANY" or "VALIDATED".';
  const where = at(['toolConfig', 'functionCallingConfig', 'allowedFunctionNames']);
  findings.push({ code: 'body.conflict', severity: 'warning', where, message });
}

/** `element predicate failed: $.category in (…)` names the five of Gemini; the SDK keeps those of images from this API. */
const refusedCategories =
  /^HARM_CATEGORY_(?:UNSPECIFIED|DEROGATORY|TOXICITY|VIOLENCE|SEXUAL|MEDICAL|DANGEROUS|IMAGE_\w+)$/;

function checkSafety({ safetySettings }: JsonObject, findings: Finding[]): void {
  const seen = new Map<string, number>();
  for (const [index, setting] of (Array.isArray(safetySettings) ? safetySettings : []).entries()) {
    if (!isObject(setting) || typeof setting.category !== 'string' || findings.length >= mostFindings)
      continue;
    const { category } = setting;
    const where = at(['safetySettings', index, 'category']);
    if (refusedCategories.test(category)) {
      const message = `${clip(category)} is no category of the Gemini API; use one such as HARM_CATEGORY_HARASSMENT.`;
      findings.push({ code: 'body.value', severity: 'warning', where, message });
    }
    const first = seen.get(category);
    if (first === undefined) seen.set(category, index);
    else {
      const message = `${clip(category)} is set by safetySettings[${first}] already; keep one.`;
      findings.push({ code: 'body.conflict', severity: 'warning', where, message });
    }
  }
}

/** `CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config.` */
function checkCache(body: JsonObject, findings: Finding[]): void {
  const { cachedContent } = body;
  if (typeof cachedContent !== 'string' || cachedContent === '') return;
  for (const field of ['systemInstruction', 'tools', 'toolConfig']) {
    if (body[field] === undefined) continue;
    const message = `${field} cannot stand beside cachedContent, which has its own; put it into the cache.`;
    findings.push({ code: 'body.conflict', where: at([field], 'key'), message });
  }
  if (cachedContent.startsWith('cachedContents/')) return;
  const message = 'cachedContent must be the name of a cache, such as "cachedContents/abc123".';
  findings.push({ code: 'body.value', severity: 'warning', where: at(['cachedContent']), message });
}
