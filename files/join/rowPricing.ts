// Whose prices hold for the rows of a merge?
import { type Configuration, defaultConfiguration, type Provider, type RowPricing } from '#core';
import { InputFile } from '../inputFile.ts';
import { readHead } from '../pass/fileHead.ts';
import type { MergeRequest } from './merge.ts';

/** @throws FileFailureError */
export function pricingOf({
  requests,
  today,
  config = defaultConfiguration,
  provider,
  model = config.model,
  prices = 'batch',
}: MergeRequest): RowPricing {
  const more = { today, config, batchModel: model, kind: prices };
  return { provider: provider ?? providerOf(requests, config), ...more };
}

/** Whose lines the requests are; OpenAI's where nobody can tell. */
function providerOf(path: string, config: Configuration): Provider {
  const file = InputFile.open(path);
  try {
    const { kind } = readHead(file, { provider: 'auto', config });
    return kind?.kind === 'requests' ? kind.dialect.provider : 'openai';
  } finally {
    file.dispose();
  }
}
