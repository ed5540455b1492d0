// Is the line a request as its provider wants it: an id, and a body or its like, in OpenAI's form with method and url?

import { type Dialect, endpointOf } from '../dialects/dialect.ts';
import { writing } from '../fix/fix.ts';
import { isObject, type JsonObject } from '../json/members.ts';
import type { Severity } from '../problem.ts';
import { clip } from './clip.ts';
import {
  idTypeFixes,
  isMisnamed,
  isUrlOf,
  mayHoldId,
  meantField,
  meantUrl,
  nameRight,
  newId,
} from './envelopeFixes.ts';
import { at, type Finding } from './finding.ts';
import { isBareRequest, strayField } from './gemini/line.ts';
import { strayParameter } from './strayParameter.ts';

/** A line with more is no request; the first ones say so. */
const maxUnknownFields = 50;
export function checkEnvelope(request: JsonObject, dialect: Dialect): Finding[] {
  const findings: Finding[] = [];
  checkId(request, dialect, findings);
  if (dialect.form === 'openai') {
    checkMethod(request, dialect, findings);
    checkUrl(request, dialect, findings);
  }
  checkBodyPresence(request, dialect, findings);
  checkUnknownFields(request, dialect, findings);
  return findings;
}

function checkId(request: JsonObject, dialect: Dialect, findings: Finding[]): void {
  const { idField } = dialect;
  const where = at([idField]);
  if (!Object.hasOwn(request, idField)) {
    if (!dialect.id.required) return;
    findings.push({
      code: 'id.missing',
      where: at([], 'owner'),
      message: `${idField} is missing; without it the answer cannot be joined to this request.`,
      fixes: [newId(!mayHoldId(request, dialect))],
    });
    return;
  }
  const id = request[idField];
  if (typeof id !== 'string') {
    findings.push({
      code: 'id.type',
      where,
      message: `${idField} must be a string, not ${kindOf(id)}${typeof id === 'number' ? '; put it in quotes' : ''}.`,
      fixes: idTypeFixes(id, idField),
    });
  } else if (id === '') {
    const message = `${idField} is empty; give each request its own id.`;
    findings.push({ code: 'id.empty', where, message, fixes: [newId(true)] });
  } else {
    checkIdRule(id, dialect, findings);
  }
}

function checkIdRule(id: string, { id: rule, idField, title }: Dialect, findings: Finding[]): void {
  const where = at([idField]);
  const { maxLength, characters } = rule;
  if (maxLength !== null && id.length > maxLength.characters) {
    const limit =
      maxLength.severity === 'error'
        ? `${title} takes ${maxLength.characters}; shorten it`
        : `${title} publishes no limit, but more than ${maxLength.characters} is refused by gateways that follow it`;
    const message = `${idField} has ${id.length} characters; ${limit}.`;
    findings.push({
      code: 'id.too-long',
      severity: maxLength.severity,
      ...scopeOf(maxLength),
      where,
      message,
    });
  }
  if (characters !== null && !characters.pattern.test(id)) {
    const message =
      characters.severity === 'error'
        ? `${idField} may only have ${characters.words}.`
        : `${idField} should only have ${characters.words}; ${title} does not say that it keeps others.`;
    findings.push({
      code: 'id.pattern',
      severity: characters.severity,
      ...scopeOf(characters),
      where,
      message,
    });
  }
}

/** An id that is refused is refused with its file. */
function scopeOf({ severity }: { readonly severity: Severity }): Pick<Finding, 'scope'> {
  return severity === 'error' ? { scope: 'file' } : {};
}

function checkMethod(request: JsonObject, dialect: Dialect, findings: Finding[]): void {
  if (!Object.hasOwn(request, 'method')) {
    const change = { kind: 'insertMember', path: [], name: 'method', json: '"POST"' } as const;
    const fixes = isMisnamed('method', request, dialect)
      ? []
      : [{ title: 'Add "method":"POST"', change, safe: true }];
    findings.push({ ...missing('method', 'write "method":"POST"'), fixes });
  } else if (request.method !== 'POST') {
    findings.push({
      code: 'request.method',
      where: at(['method']),
      message: 'method must be "POST" in capitals; a batch knows no other.',
      fixes: [writing(['method'], '"POST"', true)],
    });
  }
}

function checkUrl(request: JsonObject, dialect: Dialect, findings: Finding[]): void {
  const where = at(['url']);
  if (!Object.hasOwn(request, 'url')) {
    const lacking = missing('url', 'name the endpoint, such as "/v1/chat/completions"');
    findings.push(isMisnamed('url', request, dialect) ? lacking : { ...lacking, lacks: 'url' });
    return;
  }
  const url = request.url;
  if (typeof url !== 'string') {
    findings.push({ code: 'request.url', where, message: `url must be a string, not ${kindOf(url)}.` });
    return;
  }
  const endpoint = endpointOf(dialect, url);
  if (endpoint === null) {
    findings.push(wrongUrl(url, request.body, dialect));
  } else if (endpoint.retired !== undefined) {
    findings.push({
      code: 'request.url-retired',
      where,
      message: `${dialect.title} shut this endpoint down on ${endpoint.retired}; requests to it will fail.`,
    });
  }
}

function wrongUrl(url: string, body: unknown, dialect: Dialect): Finding {
  const meant = meantUrl(url, dialect);
  const quoted = JSON.stringify(clip(url, 80));
  const message =
    meant === null
      ? `${quoted} is no endpoint that ${dialect.title} runs in a batch; use one such as ${examples(dialect)}.`
      : `${quoted} is not accepted in a batch; write "${meant.url}".`;
  const fixes =
    meant === null || meant.isRetired
      ? []
      : [writing(['url'], JSON.stringify(meant.url), isUrlOf(meant, body, dialect))];
  const severity = dialect.certainty.urls;
  return { code: 'request.url', severity, where: at(['url']), message, fixes };
}

function examples({ endpoints }: Dialect): string {
  return endpoints
    .slice(0, 2)
    .map(({ url }) => JSON.stringify(url))
    .join(' or ');
}

function checkBodyPresence(request: JsonObject, dialect: Dialect, findings: Finding[]): void {
  const { bodyField } = dialect;
  if (!Object.hasOwn(request, bodyField)) {
    const other = bodyOfOthers.find(({ field }) => isBodyOfOthers(field, request, dialect));
    const aside = other === undefined ? '' : ` ("${other.field}" is ${other.owner}'s form)`;
    const advice = isBareRequest(request, dialect)
      ? `write {"${dialect.idField}": …, "${bodyField}": {…}} around what is here`
      : `put the request's parameters there${aside}`;
    findings.push(missing(bodyField, advice));
  } else if (!isObject(request[bodyField])) {
    findings.push({
      code: 'body.type',
      scope: 'file',
      where: at([bodyField]),
      message: `${bodyField} must be an object, not ${kindOf(request[bodyField])}.`,
    });
  }
}

function checkUnknownFields(request: JsonObject, dialect: Dialect, findings: Finding[]): void {
  let unknown = 0;
  for (const key of Object.keys(request)) {
    if (dialect.fields.includes(key) || isBodyOfOthers(key, request, dialect)) continue;
    if (++unknown > maxUnknownFields) return;
    const stray = strayField(key, request, dialect) ?? strayParameter(key, request, dialect);
    if (stray !== null) {
      findings.push(stray);
      continue;
    }
    const meant = meantField(key, request, dialect);
    findings.push({
      code: 'request.unknown-field',
      // Gemini reads whole lines by one definition, and was seen to refuse what that does not have.
      ...(dialect.form === 'keyed' ? { severity: 'warning' as const } : {}),
      where: at([key], 'key'),
      message: `${JSON.stringify(clip(key))} is no field of a batch request${meant ? `; did you mean "${meant}"?` : `; ${dialect.title} does not say what it does with it.`}`,
      fixes: meant === null ? [] : [nameRight(key, meant, request[key], dialect)],
    });
  }
}

const bodyOfOthers = [
  { field: 'body', owner: 'OpenAI' },
  { field: 'params', owner: 'Anthropic' },
  { field: 'request', owner: 'Gemini' },
] as const;

/** Said once, with the missing body. */
function isBodyOfOthers(key: string, request: JsonObject, { bodyField }: Dialect): boolean {
  return (
    key !== bodyField &&
    bodyOfOthers.some(({ field }) => field === key) &&
    Object.hasOwn(request, key) &&
    !Object.hasOwn(request, bodyField)
  );
}

function missing(field: string, advice: string): Finding {
  return {
    code: 'request.missing-field',
    where: at([], 'owner'),
    message: `${field} is missing; ${advice}.`,
  };
}

/** "a number", "null", "an array": how a person would name a JSON value of the wrong type. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    return 'one too large to be read';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
