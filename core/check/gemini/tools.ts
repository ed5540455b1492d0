// What a schema cannot say of Gemini's tools, safety settings and caches: what excludes, needs or repeats what.
import type { BodyUse } from '../bodyRule.ts';
import { clip } from '../clip.ts';
import { isObject } from '../envelope.ts';
import { at, type Finding } from '../finding.ts';
import { checkBlob, mostFindings } from './contents.ts';

type JsonObject = Readonly<Record<string, unknown>>;

export function checkGeminiTools({ body }: BodyUse): Finding[] {
  const names = new Set<string>();
  const findings = [...checkDeclarations(body, names)];
  checkCalling(body, names, findings);
  checkSafety(body, findings);
  checkCache(body, findings);
  return findings.slice(0, mostFindings);
}

/** @google/genai 3.1.0, `Tool.functionDeclarations`. */
const mostDeclarations = 512;

function checkDeclarations({ tools }: JsonObject, names: Set<string>): Finding[] {
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
      if (!isObject(declaration)) continue;
      if (typeof declaration.name === 'string') names.add(declaration.name);
      if (findings.length >= mostFindings) continue;
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

/** `allowed_function_names should only be set when function calling mode is ANY or VALIDATED`, in other words. */
function checkCalling({ toolConfig }: JsonObject, names: ReadonlySet<string>, findings: Finding[]): void {
  if (!isObject(toolConfig) || !isObject(toolConfig.functionCallingConfig)) return;
  const { mode, allowedFunctionNames: allowed } = toolConfig.functionCallingConfig;
  const path = ['toolConfig', 'functionCallingConfig'] as const;
  const warn = (message: string, field: string, ...rest: readonly number[]): void => {
    const where = at([...path, field, ...rest]);
    findings.push({ code: 'body.conflict', severity: 'warning', where, message });
  };
  if (mode === 'ANY' && names.size === 0) {
    warn('mode "ANY" needs functionDeclarations in tools; there are none.', 'mode');
  }
  if (!Array.isArray(allowed) || allowed.length === 0) return;
  if (mode !== 'ANY' && mode !== 'VALIDATED') {
    warn('allowedFunctionNames counts only with mode "ANY" or "VALIDATED".', 'allowedFunctionNames');
  }
  const index = allowed.findIndex((name) => typeof name === 'string' && !names.has(name));
  if (index === -1) return;
  warn(
    `${JSON.stringify(clip(String(allowed[index])))} is none of the functions in tools; correct the name or declare it.`,
    'allowedFunctionNames',
    index,
  );
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

/** Data in the answers of functions. */
export function checkResponses({ body }: BodyUse): Finding[] {
  const findings: Finding[] = [];
  const { contents } = body;
  for (const [index, content] of (Array.isArray(contents) ? contents : []).entries()) {
    if (!isObject(content) || !Array.isArray(content.parts)) continue;
    for (const [place, part] of content.parts.entries()) {
      if (findings.length >= mostFindings) return findings;
      if (!isObject(part) || !isObject(part.functionResponse)) continue;
      const { parts } = part.functionResponse;
      for (const [at, one] of (Array.isArray(parts) ? parts : []).entries()) {
        if (!isObject(one) || !isObject(one.inlineData)) continue;
        const path = ['contents', index, 'parts', place, 'functionResponse', 'parts', at, 'inlineData'];
        checkBlob(one.inlineData, path, findings);
      }
    }
  }
  return findings;
}
