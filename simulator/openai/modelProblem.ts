// Is the model one for this endpoint? In OpenAI's own words; some of these it says with status 403 or 404 instead of 400.
import type { Json } from '../json.ts';
import { type ErrorBody, invalidRequest } from './errors.ts';
import { familyOf } from './models.ts';

export function findModelProblem(path: string, body: Json): ErrorBody | null {
  const model = String(body.model);
  const found = familyOf(model);
  switch (path) {
    case '/v1/chat/completions':
      return found === 'chat' ? null : refused(notForChat);
    case '/v1/completions':
      return found === 'completions' ? null : refused(notForCompletions);
    case '/v1/embeddings':
      return found === 'embeddings'
        ? null
        : refused('You are not allowed to generate embeddings from this model');
    case '/v1/moderations':
      return found === 'moderations' ? null : refused(`Invalid value for 'model' = ${model}.`);
    default:
      return found === 'chat'
        ? null
        : refused(`The requested model '${model}' cannot be used with the Responses API.`);
  }
}

const notForChat =
  'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?';
const notForCompletions =
  'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?';

function refused(message: string): ErrorBody {
  return invalidRequest(message, 'model', null);
}
