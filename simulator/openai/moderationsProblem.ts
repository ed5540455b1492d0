// Why would /v1/moderations refuse this one request? The mistakes people make most, in OpenAI's own words.
import { isObject, type Json } from '../json.ts';
import { type ErrorBody, invalidRequest, invalidType, invalidValue, missingParameter } from './errors.ts';
import { anything, type FieldRule, findFieldProblem, findUnknownArgument, text } from './fieldProblem.ts';

/** Every parameter of the endpoint (openai SDK 7.55). */
const parameters: Readonly<Record<string, FieldRule>> = { input: anything, model: text };

const expected = 'one of a string, array of strings, or array of objects';

export function findModerationsProblem(body: Json): ErrorBody | null {
  return (
    findUnknownArgument(body, parameters) ?? findFieldProblem(body, parameters) ?? findInputProblem(body)
  );
}

function findInputProblem(body: Json): ErrorBody | null {
  const { input } = body as { input?: unknown };
  if (typeof input === 'string') return null;
  if (!Array.isArray(input)) return invalidType('input', expected, input);
  if (input.every((item) => typeof item === 'string')) return null;
  for (const [at, part] of (input as readonly unknown[]).entries()) {
    const problem = isObject(part)
      ? findPartProblem(part, `input[${at}]`)
      : invalidType('input', expected, input);
    if (problem !== null) return problem;
  }
  const images = input.filter((part) => isObject(part) && part.type === 'image_url').length;
  if (images <= 1) return null;
  return invalidRequest(`Number of images (${images}) exceeds maximum of 1`, 'input', 'too_many_images');
}

function findPartProblem(part: Json, param: string): ErrorBody | null {
  const { type, image_url: image } = part as { type?: unknown; image_url?: unknown };
  if (type === undefined) return missingParameter(`${param}.type`);
  if (type === 'text') {
    return typeof part.text === 'string' ? null : invalidType(`${param}.text`, 'a string', part.text ?? null);
  }
  if (type !== 'image_url') return invalidValue(`${param}.type`, String(type), ['text', 'image_url']);
  if (!isObject(image)) return invalidType(`${param}.image_url`, 'an object', image ?? null);
  return typeof image.url === 'string' ? null : missingParameter(`${param}.image_url.url`);
}
