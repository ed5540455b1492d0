// Is the model one that answers in a batch, today, with these parameters?
import { findModel, type Model, pricesAsOf } from '../models.ts';
import { clip } from './clip.ts';
import { at, type Finding } from './finding.ts';

export interface ModelUse {
  readonly id: string;
  readonly url: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** ISO date. */
  readonly today: string;
}

export function checkModel(use: ModelUse): Finding[] {
  const where = at(['body', 'model']);
  if (use.id === '') return [{ code: 'body.range', where, message: 'model must not be empty.' }];
  const model = findModel(use.id, 'openai');
  if (model === null) {
    const message = `${JSON.stringify(clip(use.id))} is not in the model list of ${pricesAsOf}; its price and limits are unknown.`;
    return [{ code: 'model.unknown', where, message }];
  }
  return [...checkRetirement(use, model), ...checkBatch(use, model), ...checkParameters(use, model)];
}

function checkRetirement({ id, today }: ModelUse, model: Model): Finding[] {
  if (model.shutdownDate === null) return [];
  const where = at(['body', 'model']);
  const instead = model.replacement === null ? '' : ` Its replacement is ${model.replacement}.`;
  return model.shutdownDate <= today
    ? [{ code: 'model.retired', where, message: `${id} was shut down on ${model.shutdownDate}.${instead}` }]
    : [{ code: 'model.retiring', where, message: `${id} shuts down on ${model.shutdownDate}.${instead}` }];
}

function checkBatch({ id }: ModelUse, model: Model): Finding[] {
  if (model.batchSupported !== false) return [];
  return [
    {
      code: 'model.no-batch',
      where: at(['body', 'model']),
      message: `${id} is not known to answer in a batch.`,
    },
  ];
}

function checkParameters({ id, url, body }: ModelUse, model: Model): Finding[] {
  if (url !== '/v1/chat/completions' || body.max_tokens === undefined || body.max_tokens === null) return [];
  if (model.params?.maxTokensInChat !== 'rejected') return [];
  const message = `${id} refuses max_tokens; write max_completion_tokens.`;
  return [{ code: 'model.parameter', where: at(['body', 'max_tokens'], 'key'), message }];
}
