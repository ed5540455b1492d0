// What do the methods of a model do: answer at once, count, or make a batch?
import { type Call, json, type Reply, type Route, readBody } from '../http.ts';
import { isTooDense, type Json, parseObject } from '../json.ts';
import { RateLimit } from '../rateLimit.ts';
import { answerRequest } from './answer.ts';
import { createBatch } from './batchesApi.ts';
import type { BatchRunner } from './batchRunner.ts';
import { type GeminiContext, runsModel } from './context.ts';
import { countTokens, tokensOf } from './countTokens.ts';
import { invalid, noSuchModel, refusal, serverError, tooMany } from './errors.ts';
import { findRequestProblem } from './requestProblem.ts';
import { strikeNow } from './struck.ts';

const limitBytes = 32 * 1024 * 1024;

type Act = (body: Json, model: string, text: string) => Promise<Reply> | Reply;

export function modelRoute(context: GeminiContext, runner: BatchRunner): Route {
  const limit = new RateLimit(context.faults);
  const now = (method: string): Act => {
    return (body, model, text) => {
      const { waitMs } = limit.take(tokensOf(text), context.now());
      if (waitMs !== null) return tooMany(Math.ceil(waitMs / 1000));
      return answerNow(context, { body, method, model, text });
    };
  };
  const acts: ReadonlyMap<string, Act> = new Map<string, Act>([
    ['countTokens', countTokens],
    ['generateContent', now('generateContent')],
    ['embedContent', now('embedContent')],
    ['batchEmbedContents', embedMany],
    [
      'batchGenerateContent',
      (body, model) => createBatch(context, runner, body, { model, method: 'generateContent' }),
    ],
    [
      'asyncBatchEmbedContent',
      (body, model) => createBatch(context, runner, body, { model, method: 'embedContent' }),
    ],
  ]);
  return { method: 'POST', path: '/v1beta/models/*', handle: (call) => callModel(call, acts) };
}

async function callModel({ request, id }: Call, acts: ReadonlyMap<string, Act>): Promise<Reply> {
  const colon = id.lastIndexOf(':');
  const [model, method] = colon === -1 ? [id, ''] : [id.slice(0, colon), id.slice(colon + 1)];
  const act = acts.get(method);
  if (act === undefined || !runsModel(model, method)) return noSuchModel(model, method);
  const text = (await readBody(request, limitBytes)) ?? '';
  const body = isTooDense(text) ? null : parseObject(text);
  return body === null ? invalid('Invalid JSON payload received.') : act(body, model, text);
}

/** What the SDK asks for even a single vector; answered at once, and no batch in the sense of this product. */
function embedMany({ requests }: Json, model: string, text: string): Reply {
  if (!Array.isArray(requests) || requests.length === 0)
    return invalid('* BatchEmbedContentsRequest.requests: is empty');
  const problems = requests.map((request) => findRequestProblem(request, 'embedContent'));
  const problem = problems.find((one) => one !== null) ?? null;
  if (problem !== null) return invalid(problem);
  const answers = requests.map((request) => answerRequest(request as Json, 'embedContent', model, text));
  return json(200, { embeddings: answers.map(({ embedding }) => embedding) });
}

interface Asked {
  readonly body: Json;
  readonly method: string;
  readonly model: string;
  readonly text: string;
}

function answerNow({ counter, faults }: GeminiContext, { body, method, model, text }: Asked): Reply {
  const struck = strikeNow(text, faults, counter);
  if (struck !== null) return refusal(...struck);
  const problem = findRequestProblem(body, method);
  if (problem !== null) return invalid(problem);
  try {
    const answer = answerRequest(body, method, model, text);
    return counter.strikes('drop-answer', faults['drop-answer']) ? { kind: 'drop' } : json(200, answer);
  } catch {
    return serverError();
  }
}
