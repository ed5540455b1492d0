// What does a line ask, of whom, in which words? The same view of a request in every dialect.

import type { Configuration } from '../configuration.ts';
import { isObject, type JsonObject, member } from '../json/members.ts';
import { type Dialect, type EndpointFacts, endpointOf, type LineForm } from './dialect.ts';
import { geminiEndpointOf } from './gemini.ts';
import { protoShapeNamed } from './geminiShapes.ts';
import { readProto } from './protoJson.ts';
import type { Written } from './protoWritten.ts';

export interface RequestParts {
  /** Null when it is missing or no string. */
  readonly id: string | null;
  /** Null when the line names none that the provider runs. */
  readonly endpoint: EndpointFacts | null;
  /** As the request names it; null when it names none. */
  readonly model: string | null;
  /** What the endpoint is asked: the value of the dialect's `bodyField`, Gemini's in camelCase whatever the line has. */
  readonly body: JsonObject | null;
  /** How the body stands in the line; null: as it is. */
  readonly written: Written | null;
}

/** Never throws, whatever the request is. */
export function partsOf(request: unknown, dialect: Dialect): RequestParts {
  if (!isObject(request)) return { id: null, endpoint: null, model: null, body: null, written: null };
  const id = member(request, dialect.idField);
  const found = member(request, dialect.bodyField);
  const raw = isObject(found) ? found : null;
  const model = member(raw, 'model');
  const endpoint = endpointOf(dialect, urlOf(request, raw, dialect));
  const shape = raw === null ? null : protoShapeNamed(endpoint?.schema ?? null);
  const read = raw === null || shape === null ? { body: raw, written: null } : readProto(raw, shape);
  return {
    id: typeof id === 'string' ? id : null,
    endpoint,
    model: typeof model === 'string' && model !== '' ? model : null,
    ...read,
  };
}

/** The model of requests that name none, where the batch itself names one. */
export function defaultModel({ form }: Dialect, config: Configuration): string | null {
  return form === 'keyed' || form === 'body' ? config.model : null;
}

/** The model that a request gets; of Gemini's, the one that the batch is made for goes before one in a line. */
export function askedModel(named: string | null, dialect: Dialect, config: Configuration): string | null {
  const byDefault = defaultModel(dialect, config);
  return dialect.form === 'keyed' ? (byDefault ?? named) : (named ?? byDefault);
}

/** By the member that only this form puts a request in; null where none is there as an object, or several are. */
export function formOf(request: JsonObject): LineForm | null {
  const [hasBody, hasParams, hasRequest] = [
    isObject(member(request, 'body')),
    isObject(member(request, 'params')),
    isObject(member(request, 'request')),
  ];
  if (Number(hasBody) + Number(hasParams) + Number(hasRequest) !== 1) return null;
  if (hasParams) return 'params';
  if (hasRequest) return 'keyed';
  return Object.hasOwn(request, 'url') || Object.hasOwn(request, 'method') ? 'openai' : 'body';
}

/** Lines of OpenAI's form without a url are of that form all the same, and the reverse. */
export function isOtherForm(form: LineForm, dialect: Dialect): boolean {
  const hasBody = (one: LineForm): boolean => one === 'openai' || one === 'body';
  return form !== dialect.form && !(hasBody(form) && hasBody(dialect.form));
}

/** What stands for the url: the line's own, or what its body shows that the batch must be made for. */
function urlOf(request: JsonObject, body: JsonObject | null, dialect: Dialect): string | null {
  switch (dialect.form) {
    case 'openai': {
      const url = member(request, 'url');
      return typeof url === 'string' ? url : null;
    }
    case 'keyed':
      return geminiEndpointOf(body);
    default: {
      const model = member(body, 'model');
      const shown = dialect.endpoints.find(
        ({ mainField, models }) =>
          body !== null &&
          mainField !== null &&
          Object.hasOwn(body, mainField) &&
          (models === undefined || (typeof model === 'string' && models.test(model))),
      );
      return (shown ?? dialect.endpoints[0])?.url ?? null;
    }
  }
}
