// Fields of a body that its endpoint does not know, or a batch refuses, or that have a successor; and what would mend them.
import type { ErrorObject } from 'ajv';
import type { Dialect, EndpointFacts } from '../dialects/dialect.ts';
import type { Fix } from '../fix/fix.ts';
import { type BodySchema, otherEndpointWith, schemaNamed } from './bodySchemas.ts';
import { nameOf } from './bodyWords.ts';
import { clip } from './clip.ts';
import { isObject } from './envelope.ts';
import { didYouMean, elsewhere, isSlip } from './fieldNames.ts';
import { at, type Finding } from './finding.ts';
import { foreignWord } from './foreignWords.ts';
import type { RenameTrial } from './renameTrial.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** As the schema of an endpoint that knows the field says it, for those that do not. */
const refusesStreaming = schemaNamed('openai/chat-completions').properties.stream?.notInBatch ?? '';

/** What a schema says beside validity: fields that a batch refuses, and fields that have a successor. */
export function checkAnnotations(
  schema: BodySchema,
  body: JsonObject,
  trial: RenameTrial,
  findings: Finding[],
): void {
  for (const key of Object.keys(body)) {
    const value = body[key];
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property === undefined || value === null || value === undefined) continue;
    if (property.notInBatch !== undefined && value !== false) {
      findings.push(notInBatch(key, property.notInBatch));
    } else if (property.deprecated === true) {
      findings.push({
        code: 'body.deprecated',
        where: at([key], 'key'),
        message: `${key} is deprecated${property.replacedBy ? `; use ${property.replacedBy}` : ''}.`,
        fixes: successorFixes(key, property.replacedBy, schema, trial),
      });
    }
  }
}

/** Of the same shape: another needs a person. */
function successorFixes(
  key: string,
  successor: string | undefined,
  schema: BodySchema,
  trial: RenameTrial,
): readonly Fix[] {
  if (successor === undefined || !Object.hasOwn(schema.properties, successor)) return [];
  return trial.fixes([], key, successor, { safe: false, isError: false });
}

/** What streams, or says how, changes nothing in a batch but that it fails. */
function notInBatch(key: string, reason: string): Finding {
  const change = { kind: 'removeMember', path: [key] } as const;
  return {
    code: 'body.not-in-batch',
    scope: key === 'stream' ? 'file' : 'row',
    where: at([key], 'key'),
    message: `${key} does not work in a batch: ${reason.replace(/\.$/, '')}; remove it.`,
    fixes: [{ title: `Remove ${key}`, change, safe: key === 'stream' || key === 'stream_options' }],
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
  if (streams) return notInBatch(field, refusesStreaming);
  const replacements = endpoint.schema === null ? undefined : elsewhere[endpoint.schema];
  if (top && replacements !== undefined && Object.hasOwn(replacements, field)) {
    return {
      code: 'body.wrong-endpoint',
      where,
      message: `${field} is no field of ${endpoint.name}; write ${replacements[field]}.`,
      fixes: replacementFixes(field, replacements[field] ?? '', trial),
    };
  }
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

/** A field as another provider calls it, where the schema of its object says what it is here. */
function foreignField(
  field: string,
  path: readonly string[],
  error: ErrorObject,
  { endpoint, trial }: Pick<FieldContext, 'endpoint' | 'trial'>,
): Finding | null {
  const foreign = foreignWord(field, error);
  if (foreign === null) return null;
  const { words, same } = foreign;
  const isTop = path.length === 0;
  const place = isTop ? endpoint.name : nameOf(path);
  return {
    code: isTop ? 'body.wrong-endpoint' : 'body.unknown-field',
    where: at([...path, field], 'key'),
    message: `${field} is no field of ${place}; write ${words}.`,
    fixes: typeof same === 'string' ? trial.fixes(path, field, same, { safe: true, isError: true }) : [],
  };
}

/** Only what is the same under another name; of that, only a limit is the same whatever its value. */
function replacementFixes(field: string, replacement: string, trial: RenameTrial): readonly Fix[] {
  const name = /^"([^"]+)"$/.exec(replacement)?.[1];
  if (name === undefined) return [];
  const safe = field.endsWith('_tokens') && name.endsWith('_tokens');
  return trial.fixes([], field, name, { safe, isError: true });
}
