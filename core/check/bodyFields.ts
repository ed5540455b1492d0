// Fields of a body that its endpoint does not know, or a batch refuses, or that have a successor; and what would mend them.

import type { ErrorObject } from 'ajv';
import type { Dialect, EndpointFacts } from '../dialects/dialect.ts';
import { type Fix, removing } from '../fix/fix.ts';
import { isObject } from '../json/members.ts';
import type { JsonPath } from '../json/skim.ts';
import { type BodySchema, otherEndpointWith, schemaNamed } from './bodySchemas.ts';
import { nameOf } from './bodyWords.ts';
import { clip } from './clip.ts';
import { didYouMean, isSlip } from './fieldNames.ts';
import { at, type Finding } from './finding.ts';
import { foreignWord } from './foreignWords.ts';
import type { RenameTrial } from './renameTrial.ts';
import type { Note } from './schemaKeywords.ts';

/** As the schema of an endpoint that knows the field says it, for those that do not. */
const refusesStreaming = schemaNamed('openai/chat-completions').properties.stream?.notInBatch ?? '';

/** What a schema says of a field that is there: that a batch refuses it, or that it has a successor. */
export function notedField({ keyword, schema }: Note, path: readonly string[], trial: RenameTrial): Finding {
  switch (keyword) {
    case 'notInBatch':
      return notInBatch(path, schema.notInBatch ?? '');
    case 'uselessInBatch':
      return useless(path, schema.uselessInBatch ?? '');
    case 'deprecated':
      return deprecated(path, schema.replacedBy, trial);
  }
}

function deprecated(path: readonly string[], successor: string | undefined, trial: RenameTrial): Finding {
  const parent = path.slice(0, -1);
  const isName = successor !== undefined && /^\w+$/.test(successor);
  const use = isName ? nameOf([...parent, successor]) : successor;
  return {
    code: 'body.deprecated',
    where: at(path, 'key'),
    message: `${nameOf(path)} is deprecated${use === undefined ? '' : `; use ${use}`}.`,
    // Of the same shape: another needs a person.
    fixes: isName ? trial.fixes(parent, path.at(-1) ?? '', successor, { safe: false, isError: false }) : [],
  };
}

/** What streams, or says how, changes nothing in a batch but that it fails. */
function notInBatch(path: readonly string[], reason: string): Finding {
  const name = nameOf(path);
  const isStream = name === 'stream';
  return {
    code: 'body.not-in-batch',
    scope: isStream ? 'file' : 'row',
    where: at(path, 'key'),
    message: `${name} does not work in a batch: ${reason.replace(/\.$/, '')}; remove it.`,
    fixes: [removing(path, isStream || name === 'stream_options')],
  };
}

function useless(path: readonly string[], reason: string): Finding {
  return {
    code: 'body.not-in-batch',
    severity: 'hint',
    scope: 'row',
    where: at(path, 'key'),
    message: `${nameOf(path)} has no use in a batch: ${reason}; remove it.`,
    fixes: [removing(path, false)],
  };
}

/** Where a field was found that its object does not know. */
export interface FieldContext {
  readonly dialect: Dialect;
  readonly endpoint: EndpointFacts;
  readonly schema: BodySchema;
  readonly trial: RenameTrial;
}

export function unknownField(
  field: string,
  path: readonly string[],
  error: ErrorObject,
  { dialect, endpoint, schema, trial }: FieldContext,
): Finding {
  const where = at([...path, field], 'key');
  const top = path.length === 0;
  const foreign = foreignField(field, path, error, { endpoint, trial });
  if (foreign !== null) return foreign;
  // Refused before the endpoint is asked whether it knows the field.
  const streams = top && field === 'stream' && isObject(error.data) && error.data.stream !== false;
  if (streams) return notInBatch([field], refusesStreaming);
  const other = top ? otherEndpointWith(field, dialect, endpoint) : undefined;
  if (other !== undefined) {
    return {
      code: 'body.wrong-endpoint',
      where,
      message: `${field} is a field of ${other}, not of ${endpoint.name}.`,
    };
  }
  const parent = error.parentSchema as Partial<BodySchema> | undefined;
  const properties = parent?.properties ?? (top ? schema.properties : {});
  const nearest = didYouMean(field, Object.keys(properties));
  const meant = nearest === null ? null : (properties[nearest]?.replacedBy ?? nearest);
  const place = top ? endpoint.name : nameOf(path);
  return {
    code: 'body.unknown-field',
    where,
    message: `${JSON.stringify(clip(field))} is no field of ${place}${meant ? `; did you mean "${meant}"?` : '.'}`,
    fixes:
      meant === null || nearest === null
        ? []
        : trial.fixes(path, field, meant, { safe: isSlip(field, nearest), isError: true }),
  };
}

/** A field as another endpoint or provider calls it, where the schema of its object says what it is here. */
function foreignField(
  field: string,
  path: readonly string[],
  error: ErrorObject,
  { endpoint, trial }: Pick<FieldContext, 'endpoint' | 'trial'>,
): Finding | null {
  const { nothingLike = [], properties = {} } = (error.parentSchema ?? {}) as Partial<BodySchema>;
  const isTop = path.length === 0;
  const place = isTop ? endpoint.name : nameOf(path);
  const where = at([...path, field], 'key');
  if (nothingLike.includes(field)) {
    const message = `${field} is no field of ${place}, and nothing there is like it; remove it.`;
    return { code: 'body.unknown-field', where, message, fixes: [removing([...path, field], false)] };
  }
  const foreign = foreignWord(field, error);
  if (foreign === null) return null;
  const { words, same } = foreign;
  const name = /^"(\w+)"$/.exec(words)?.[1];
  // What one endpoint has, that of another provider, whose schema is a patch of its own, may not have.
  if (name !== undefined && !Object.hasOwn(properties, name)) return null;
  return {
    code: isTop ? 'body.wrong-endpoint' : 'body.unknown-field',
    where,
    message: `${field} is no field of ${place}; write ${words}.`,
    fixes:
      name === undefined
        ? removalFixes(words, [...path, field])
        : trial.fixes(path, field, name, { safe: same !== undefined, isError: true }),
  };
}

/** Schemas say "nothing" of what has no place here, and why. */
function removalFixes(words: string, path: JsonPath): readonly Fix[] {
  return /^nothing\b/.test(words) ? [removing(path)] : [];
}
