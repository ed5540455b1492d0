// What our schemas say beside JSON Schema, as keywords of ajv: notes for a person, and fields that go together or do not.
import type { Ajv, FuncKeywordDefinition, ValidateFunction } from 'ajv';
import type { PropertySchema } from './bodySchemas.ts';

/** A property that is there and that its schema says something of, which is no error of JSON Schema. */
export interface Note {
  readonly keyword: NoteKeyword;
  /** JSON Pointer to the property. */
  readonly pointer: string;
  readonly value: unknown;
  /** Of the property. */
  readonly schema: PropertySchema;
}

/** In the order of their weight: of one property only the first is noted. */
const noteKeywords = ['notInBatch', 'deprecated', 'uselessInBatch'] as const;
export type NoteKeyword = (typeof noteKeywords)[number];

/** Words of other providers and endpoints, and the like: read where an error stands, and no rule of their own. */
const textKeywords = ['replacedBy', 'beta', 'patternWords', 'wrapIn', 'unwrapFrom'] as const;
const mapKeywords = ['sameAs', 'meant'] as const;

/** A body with more says the same over and over. */
const mostNotes = 50;

/** Where notes go while a body is checked; a validator runs from beginning to end before anything else does. */
let notes: Note[] | null = null;

/** The errors of a body, and the notes to it. Both are in the order of the schema. */
export function validated(
  validate: ValidateFunction,
  body: unknown,
): { readonly errors: NonNullable<ValidateFunction['errors']>; readonly notes: readonly Note[] } {
  const own: Note[] = [];
  notes = own;
  try {
    const errors = validate(body) ? [] : (validate.errors ?? []);
    return { errors, notes: own };
  } catch (error) {
    // Filters within filters, hundreds of them: no more is said of a body that no stack can follow.
    if (error instanceof RangeError) return { errors: [], notes: own };
    throw error;
  } finally {
    notes = null;
  }
}

export function addSchemaKeywords(ajv: Ajv): void {
  // A plain annotation to ajv.
  ajv.removeKeyword('deprecated');
  for (const keyword of noteKeywords) ajv.addKeyword(noteKeyword(keyword));
  for (const keyword of textKeywords) ajv.addKeyword({ keyword, schemaType: 'string' });
  for (const keyword of mapKeywords) ajv.addKeyword({ keyword, schemaType: 'object' });
  ajv.addKeyword({ keyword: 'nothingLike', schemaType: 'array' });
  ajv.addKeyword(needsOneOf);
  ajv.addKeyword(notTogether);
}

function noteKeyword(keyword: NoteKeyword): FuncKeywordDefinition {
  return {
    keyword,
    schemaType: keyword === 'deprecated' ? 'boolean' : 'string',
    errors: false,
    validate: (
      said: unknown,
      value: unknown,
      schema: PropertySchema = {},
      place: { readonly instancePath: string } | undefined = undefined,
    ) => {
      const isSaid = said !== false && value !== null && !isOff(keyword, value);
      if (notes === null || notes.length >= mostNotes || place === undefined) return true;
      if (isSaid && first(schema) === keyword) {
        notes.push({ keyword, pointer: place.instancePath, value, schema });
      }
      return true;
    },
  };
}

function first(schema: PropertySchema): NoteKeyword | undefined {
  return noteKeywords.find((keyword) => schema[keyword] !== undefined && schema[keyword] !== false);
}

/** Values that ask for nothing. */
function isOff(keyword: NoteKeyword, value: unknown): boolean {
  if (keyword === 'deprecated') return false;
  if (value === false) return true;
  return keyword === 'uselessInBatch' && (value === 0 || value === 'auto' || value === 'default');
}

/** Of these fields one must be there, and not null. */
const needsOneOf: FuncKeywordDefinition = {
  keyword: 'needsOneOf',
  type: 'object',
  schemaType: 'array',
  errors: true,
  validate: function check(fields: readonly string[], data: Record<string, unknown>): boolean {
    if (present(fields, data).length > 0) return true;
    (check as FailingCheck).errors = [{ keyword: 'needsOneOf', params: { fields } }];
    return false;
  },
};

/** Of these fields one at most may be there, and not null. */
const notTogether: FuncKeywordDefinition = {
  keyword: 'notTogether',
  type: 'object',
  schemaType: 'array',
  errors: true,
  validate: function check(fields: readonly string[], data: Record<string, unknown>): boolean {
    const found = present(fields, data);
    if (found.length < 2) return true;
    (check as FailingCheck).errors = [{ keyword: 'notTogether', params: { fields: found } }];
    return false;
  },
};

interface FailingCheck {
  errors?: readonly { readonly keyword: string; readonly params: object }[];
}

function present(fields: readonly string[], data: Record<string, unknown>): string[] {
  return fields.filter((field) => Object.hasOwn(data, field) && data[field] !== null);
}
