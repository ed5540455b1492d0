// Which endpoints can a simulated batch call, and what does each need, refuse and answer? A new endpoint is a row here.
import type { Answer, AnswerContext } from './answerContext.ts';
import { answerChat } from './chat.ts';
import { findChatProblem } from './chatProblem.ts';
import type { ErrorBody } from './errors.ts';
import type { Json } from './json.ts';
import { answerResponse } from './responses.ts';
import { findResponsesProblem } from './responsesProblem.ts';

export interface Endpoint {
  readonly path: string;
  /** What validation calls the API in its messages. */
  readonly title: string;
  /** The body's members without which the whole file is refused, beside `model`. */
  readonly isComplete: (body: Json) => boolean;
  readonly needs: string;
  /** Why the endpoint would refuse this one request with 400, or null. */
  readonly findProblem: (body: Json) => ErrorBody | null;
  readonly answer: (body: Json, context: AnswerContext) => Answer;
}

export const endpoints: readonly Endpoint[] = [
  {
    path: '/v1/chat/completions',
    title: 'Chat Completions',
    isComplete: (body) => isGiven(body.messages),
    needs: 'messages',
    findProblem: findChatProblem,
    answer: answerChat,
  },
  {
    path: '/v1/responses',
    title: 'Responses',
    isComplete: (body) => ['input', 'prompt', 'conversation'].some((name) => isGiven(body[name])),
    needs: 'input',
    findProblem: findResponsesProblem,
    answer: answerResponse,
  },
];

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
