// Which endpoints can a simulated batch call, and what does each need, refuse and answer? A new endpoint is a row here.
import type { Answer, AnswerContext } from '../answerContext.ts';
import type { Json } from '../json.ts';
import { answerChat } from './chat.ts';
import { findChatProblem } from './chatProblem.ts';
import { answerCompletion } from './completions.ts';
import { findCompletionsProblem } from './completionsProblem.ts';
import { answerEmbeddings, embeddingInputs } from './embeddings.ts';
import { findEmbeddingsProblem } from './embeddingsProblem.ts';
import type { ErrorBody } from './errors.ts';
import { findModelProblem } from './modelProblem.ts';
import { answerModeration } from './moderations.ts';
import { findModerationsProblem } from './moderationsProblem.ts';
import { answerResponse } from './responses.ts';
import { findResponsesProblem } from './responsesProblem.ts';

export interface Endpoint {
  readonly path: string;
  /** Other urls that its lines may say. */
  readonly urls?: readonly string[];
  /** Models of any name answer there. */
  readonly anyModel?: boolean;
  /** What validation calls the API in its messages. */
  readonly title: string;
  /** The body's members without which the whole file is refused, beside `model`. */
  readonly isComplete: (body: Json) => boolean;
  readonly needs: string;
  /** Why the endpoint would refuse this one request with 400, or null. */
  readonly findProblem: (body: Json) => ErrorBody | null;
  /** The same, but for what its model refuses. */
  readonly findOwnProblem: (body: Json) => ErrorBody | null;
  readonly answer: (body: Json, context: AnswerContext) => Answer;
  /** What counts towards the limit of embedding inputs over a batch. */
  readonly countInputs?: (body: Json) => number;
}

const rows: readonly Omit<Endpoint, 'findOwnProblem'>[] = [
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
  {
    path: '/v1/embeddings',
    title: 'Embeddings',
    isComplete: (body) => isGiven(body.input),
    needs: 'input',
    findProblem: findEmbeddingsProblem,
    answer: answerEmbeddings,
    countInputs: (body) => embeddingInputs(body).length,
  },
  {
    path: '/v1/completions',
    title: 'Completions',
    // Null is an answer: continue nothing.
    isComplete: (body) => body.prompt !== undefined,
    needs: 'prompt',
    findProblem: findCompletionsProblem,
    answer: answerCompletion,
  },
  {
    path: '/v1/moderations',
    title: 'Moderations',
    isComplete: (body) => isGiven(body.input),
    needs: 'input',
    findProblem: findModerationsProblem,
    answer: answerModeration,
  },
];

export const endpoints: readonly Endpoint[] = rows.map((row) => ({
  ...row,
  findOwnProblem: row.findProblem,
  findProblem: (body) => findModelProblem(row.path, body) ?? row.findProblem(body),
}));

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
