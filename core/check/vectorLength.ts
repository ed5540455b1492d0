// Is the length of vectors that a request asks for one that its model makes? OpenAI's is in embeddings.ts.
import { formatCount } from '../figures.ts';
import type { JsonPath } from '../json/skim.ts';
import type { BodyUse } from './bodyRule.ts';
import { clip } from './clip.ts';
import { at, type Finding } from './finding.ts';
import { valueAt } from './outputLimit.ts';

const geminiFields: readonly JsonPath[] = ['outputDimensionality', 'output_dimensionality'].flatMap(
  (field) => [[field], ['embedContentConfig', field], ['embed_content_config', field]],
);

/** Where each provider's requests say it. */
function fieldsOf({ dialect, endpoint }: BodyUse): readonly JsonPath[] {
  if (endpoint?.url === 'embedContent') return geminiFields;
  return dialect.provider === 'mistral' && endpoint?.url === '/v1/embeddings' ? [['output_dimension']] : [];
}

export function checkVectorLength(use: BodyUse): readonly Finding[] {
  const { body, model, modelName } = use;
  if (model === null || modelName === null || model.vector === null) return [];
  const { dimensions, adjustable } = model.vector;
  const path = fieldsOf(use).find((path) => valueAt(body, path) !== undefined);
  const asked = path === undefined ? undefined : valueAt(body, path);
  if (path === undefined || asked === null) return [];
  const name = path.join('.');
  const id = clip(modelName);
  if (!adjustable) {
    const message = `${id} refuses ${name}; its vectors have ${formatCount(dimensions)} numbers. Remove it.`;
    return [{ code: 'model.parameter', where: at(path, 'key'), message }];
  }
  if (typeof asked !== 'number' || asked <= dimensions) return [];
  const message = `${name} must be at most ${formatCount(dimensions)} for ${id}.`;
  return [{ code: 'body.range', where: at(path), message }];
}
