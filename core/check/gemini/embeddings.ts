// What a schema cannot say of a Gemini embedding request: settings in two places, and what the model makes of them.

import { formatCount } from '../../figures.ts';
import { isObject } from '../../json/members.ts';
import type { BodyUse } from '../bodyRule.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';
import { checkParts } from './contents.ts';

const settings = ['taskType', 'title', 'outputDimensionality'] as const;

export function checkGeminiEmbedding(use: BodyUse): Finding[] {
  const { body } = use;
  const findings: Finding[] = [];
  if (isObject(body.content)) checkParts(body.content, ['content', 'parts'], findings);
  const nested = isObject(body.embedContentConfig) ? body.embedContentConfig : {};
  for (const field of settings) {
    if (body[field] === undefined || nested[field] === undefined) continue;
    const message = `${field} is in embedContentConfig, too; keep one of them.`;
    findings.push({ code: 'body.conflict', severity: 'warning', where: at([field], 'key'), message });
  }
  for (const [values, path] of [
    [body, []],
    [nested, ['embedContentConfig']],
  ] as const) {
    checkTitle(values, path, findings);
    checkForModel(values, path, use, findings);
  }
  return findings;
}

type Values = Readonly<Record<string, unknown>>;

/** @google/genai 3.1.0, `EmbedContentConfig.title`. */
function checkTitle({ title, taskType }: Values, path: readonly string[], findings: Finding[]): void {
  if (title === undefined || taskType === 'RETRIEVAL_DOCUMENT') return;
  const message = 'title counts only with "taskType": "RETRIEVAL_DOCUMENT".';
  findings.push({
    code: 'body.conflict',
    severity: 'warning',
    where: at([...path, 'title'], 'key'),
    message,
  });
}

function checkForModel(
  { outputDimensionality: length, taskType }: Values,
  path: readonly string[],
  { model, modelName }: BodyUse,
  findings: Finding[],
): void {
  if (model === null || modelName === null) return;
  const id = clip(modelName);
  if (typeof length === 'number' && model.vector !== null && length > model.vector.dimensions) {
    const message = `${id} makes vectors of ${formatCount(model.vector.dimensions)} at most; lower outputDimensionality.`;
    const where = at([...path, 'outputDimensionality']);
    findings.push({ code: 'body.range', severity: 'warning', where, message });
  }
  // Batch embeddings page of Google Cloud, 2026.
  if (taskType !== undefined && model.id === 'gemini-embedding-2') {
    const message = `${id} takes no taskType; say in the text what it is for, such as "task: search result | query: …".`;
    findings.push({ code: 'model.parameter', where: at([...path, 'taskType'], 'key'), message });
  }
}
