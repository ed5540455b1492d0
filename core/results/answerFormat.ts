// Which form did a request ask its answer to have? Where each provider's requests say so, and whether the answer has it.
import { member } from '../json/members.ts';
import type { RowNote } from '../result.ts';
import { words } from './fields.ts';
import { fitOf } from './schema/fit.ts';
import { fromOpenapi } from './schema/openapi.ts';

export interface AnswerFormat {
  /** Gemini's `responseSchema` is a subset of OpenAPI's with words of its own; everything else is JSON Schema. */
  readonly kind: 'jsonSchema' | 'openapi';
  /** JSON text of the schema; empty where it is too deep to be written. */
  readonly schema: string;
}

const anyObject: AnswerFormat = { kind: 'jsonSchema', schema: '{"type":"object"}' };
const anyJson: AnswerFormat = { kind: 'jsonSchema', schema: 'true' };

/**
 * Of OpenAI's chat completions and responses, Anthropic's messages (and its beta), Gemini's generateContent.
 * @param body what the endpoint is asked, whoever's it is. @returns null: any text will do.
 */
export function answerFormatOf(body: unknown): AnswerFormat | null {
  return (
    formatIn(member(body, 'response_format'), ['json_schema', 'schema']) ??
    formatIn(member(member(body, 'text'), 'format'), ['schema']) ??
    formatIn(member(member(body, 'output_config'), 'format'), ['schema']) ??
    formatIn(member(body, 'output_format'), ['schema']) ??
    geminiFormat(member(body, 'generationConfig') ?? member(body, 'generation_config'))
  );
}

function formatIn(format: unknown, path: readonly string[]): AnswerFormat | null {
  switch (member(format, 'type')) {
    case 'json_schema':
      return written('jsonSchema', path.reduce(member, format));
    case 'json_object':
      return anyObject;
    default:
      return null;
  }
}

function geminiFormat(config: unknown): AnswerFormat | null {
  if (config === undefined) return null;
  const mime = words(member(config, 'responseMimeType') ?? member(config, 'response_mime_type'));
  if (mime !== null && mime !== 'application/json') return null;
  return (
    written('jsonSchema', member(config, 'responseJsonSchema') ?? member(config, 'response_json_schema')) ??
    written('openapi', member(config, 'responseSchema') ?? member(config, 'response_schema')) ??
    (mime === null ? null : anyJson)
  );
}

function written(kind: AnswerFormat['kind'], schema: unknown): AnswerFormat | null {
  if (schema === undefined) return null;
  try {
    return { kind, schema: JSON.stringify(schema) };
  } catch {
    return { kind, schema: '' };
  }
}

/** A format that is read once for many answers. */
export class AnswerCheck {
  readonly #schema: unknown;
  readonly #isReadable: boolean;

  constructor({ kind, schema }: AnswerFormat) {
    try {
      const value: unknown = JSON.parse(schema);
      this.#schema = kind === 'openapi' ? fromOpenapi(value) : value;
      this.#isReadable = true;
    } catch {
      this.#isReadable = false;
    }
  }

  /** @returns null: it fits; `unknown`: the schema asks for more than can be told within bounds. Never throws. */
  note(text: string): RowNote | 'unknown' | null {
    if (!this.#isReadable) return 'unknown';
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      return { code: 'schema_invalid', message: 'The answer is not JSON, which its request asked for.' };
    }
    const fit = fitOf(this.#schema, answer);
    if (fit.kind !== 'misfit') return fit.kind === 'fits' ? null : 'unknown';
    const message = `The answer does not fit the schema of its request: ${fit.where} ${fit.why}.`;
    return { code: 'schema_invalid', message };
  }
}
