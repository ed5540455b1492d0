// Is the line a request as OpenAI's batch wants it: custom_id, method, url and body, each as it must be?
import { openaiEndpoints, openaiLimits } from '../limits.ts';
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
  requestFields,
  write,
} from './envelopeFixes.ts';
import { at, type Finding } from './finding.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A line with more is no request; the first ones say so. */
const maxUnknownFields = 50;
export function checkEnvelope(request: JsonObject): Finding[] {
  const findings: Finding[] = [];
  checkId(request, findings);
  checkMethod(request, findings);
  checkUrl(request, findings);
  checkBodyPresence(request, findings);
  checkUnknownFields(request, findings);
  return findings;
}

function checkId(request: JsonObject, findings: Finding[]): void {
  const where = at(['custom_id']);
  if (!Object.hasOwn(request, 'custom_id')) {
    findings.push({
      code: 'id.missing',
      where: at([], 'owner'),
      message: 'custom_id is missing; without it the answer cannot be joined to this request.',
      fixes: [newId(!mayHoldId(request))],
    });
    return;
  }
  const id = request.custom_id;
  if (typeof id !== 'string') {
    findings.push({
      code: 'id.type',
      where,
      message: `custom_id must be a string, not ${kindOf(id)}${typeof id === 'number' ? '; put it in quotes' : ''}.`,
      fixes: idTypeFixes(id),
    });
  } else if (id === '') {
    const message = 'custom_id is empty; give each request its own id.';
    findings.push({ code: 'id.empty', where, message, fixes: [newId(true)] });
  } else {
    if (id.length > openaiLimits.warnCustomIdLength) {
      findings.push({
        code: 'id.too-long',
        where,
        message: `custom_id has ${id.length} characters; OpenAI publishes no limit, but more than ${openaiLimits.warnCustomIdLength} is refused by gateways that follow it.`,
      });
    }
    if (/[^\x20-\x7e]/.test(id)) {
      findings.push({
        code: 'id.pattern',
        where,
        message:
          'custom_id has control or non-ASCII characters; OpenAI does not say that it keeps them. Use plain ASCII.',
      });
    }
  }
}

function checkMethod(request: JsonObject, findings: Finding[]): void {
  if (!Object.hasOwn(request, 'method')) {
    const change = { kind: 'insertMember', path: [], name: 'method', json: '"POST"' } as const;
    const fixes = isMisnamed('method', request) ? [] : [{ title: 'Add "method":"POST"', change, safe: true }];
    findings.push({ ...missing('method', 'write "method":"POST"'), fixes });
  } else if (request.method !== 'POST') {
    findings.push({
      code: 'request.method',
      where: at(['method']),
      message: 'method must be "POST" in capitals; a batch knows no other.',
      fixes: [write(['method'], 'POST', true)],
    });
  }
}

function checkUrl(request: JsonObject, findings: Finding[]): void {
  const where = at(['url']);
  if (!Object.hasOwn(request, 'url')) {
    const lacking = missing('url', 'name the endpoint, such as "/v1/chat/completions"');
    findings.push(isMisnamed('url', request) ? lacking : { ...lacking, lacks: 'url' });
    return;
  }
  const url = request.url;
  if (typeof url !== 'string') {
    findings.push({ code: 'request.url', where, message: `url must be a string, not ${kindOf(url)}.` });
    return;
  }
  const endpoint = openaiEndpoints.find((candidate) => candidate.url === url);
  if (endpoint === undefined) {
    findings.push(wrongUrl(url, request.body));
  } else if (endpoint.retired !== undefined) {
    findings.push({
      code: 'request.url-retired',
      where,
      message: `OpenAI shut this endpoint down on ${endpoint.retired}; requests to it will fail.`,
    });
  }
}

function wrongUrl(url: string, body: unknown): Finding {
  const meant = meantUrl(url);
  const quoted = JSON.stringify(clip(url, 80));
  const message =
    meant === null
      ? `${quoted} is no endpoint that OpenAI runs in a batch; use one such as "/v1/chat/completions" or "/v1/responses".`
      : `${quoted} is not accepted in a batch; write "${meant.url}".`;
  const fixes = meant === null || meant.isRetired ? [] : [write(['url'], meant.url, isUrlOf(meant, body))];
  return { code: 'request.url', where: at(['url']), message, fixes };
}

function checkBodyPresence(request: JsonObject, findings: Finding[]): void {
  if (!Object.hasOwn(request, 'body')) {
    const other = isAnthropicParams('params', request) ? ' ("params" is Anthropic\'s form)' : '';
    findings.push(missing('body', `put the request's parameters there${other}`));
  } else if (!isObject(request.body)) {
    findings.push({
      code: 'body.type',
      scope: 'file',
      where: at(['body']),
      message: `body must be an object, not ${kindOf(request.body)}.`,
    });
  }
}

function checkUnknownFields(request: JsonObject, findings: Finding[]): void {
  let unknown = 0;
  for (const key of Object.keys(request)) {
    if (requestFields.includes(key) || isAnthropicParams(key, request)) continue;
    if (++unknown > maxUnknownFields) return;
    const meant = meantField(key, request);
    findings.push({
      code: 'request.unknown-field',
      where: at([key], 'key'),
      message: `${JSON.stringify(clip(key))} is no field of a batch request${meant ? `; did you mean "${meant}"?` : '; OpenAI does not say what it does with it.'}`,
      fixes: meant === null ? [] : [nameRight(key, meant, request[key])],
    });
  }
}

/** Said once, with the missing body. */
function isAnthropicParams(key: string, request: JsonObject): boolean {
  return key === 'params' && Object.hasOwn(request, 'params') && !Object.hasOwn(request, 'body');
}

function missing(field: string, advice: string): Finding {
  return {
    code: 'request.missing-field',
    where: at([], 'owner'),
    message: `${field} is missing; ${advice}.`,
  };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "a number", "null", "an array": how a person would name a JSON value of the wrong type. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    return 'one too large to be read';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
