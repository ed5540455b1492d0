// How many input tokens does a request have, how well is that known, and does it fit its model?
import { basisOf } from '../calibration/evidence.ts';
import { calibrationFor, corrected, type ExpectedOutput } from '../calibration/ratio.ts';
import { inBody } from '../check/bodyRule.ts';
import type { Finding } from '../check/finding.ts';
import { checkTokens } from '../check/tokenRules.ts';
import type { Configuration } from '../configuration.ts';
import { type Dialect, providers } from '../dialects/dialect.ts';
import { askedModel, partsOf, type RequestParts } from '../dialects/parts.ts';
import type { Tokenizer } from '../models/catalogue.ts';
import { tokenizerOf } from '../models/models.ts';
import { anyModelFor, modelFor, type PricedModel } from '../money/priceOverrides.ts';
import type { Counters, Encoding } from './counter.ts';
import { type CountedRequest, countRequest } from './requestTokens.ts';

export interface CountOptions {
  readonly dialect: Dialect;
  readonly config: Configuration;
  /** Counts the request as if it named this model. */
  readonly asModel?: string | undefined;
}

export interface CountedLine {
  readonly parts: RequestParts;
  readonly modelName: string | null;
  readonly model: PricedModel | null;
  readonly input: ReturnType<typeof corrected>;
  /** Input tokens without the project's own calibration; null also where a project says nothing of it. */
  readonly withoutProject: { readonly tokens: number | null } | null;
  readonly expectedOutput: ExpectedOutput | null;
  /** Limits of the model that the counts pass, by paths in the line. */
  readonly findings: readonly Finding[];
}

/** @param counters must have the encoding that `encodingOf` names. */
export function countInput(request: unknown, counters: Counters, options: CountOptions): CountedLine {
  return countParts(partsOf(request, options.dialect), counters, options);
}

/** The same of a request whose parts are at hand. */
export function countParts(parts: RequestParts, counters: Counters, options: CountOptions): CountedLine {
  const { dialect, config } = options;
  const { endpoint, body } = parts;
  const modelName = modelNameOf(parts, options);
  const { model, tokenizer } = counting(modelName, options);
  const names = modelName === null ? [] : model === null ? [modelName] : [model.id, modelName];
  // Of what would go elsewhere holds what was learnt there.
  const owner = options.asModel === undefined ? undefined : providers.find((one) => one === model?.provider);
  const calibration = calibrationFor(owner ?? dialect.provider, names, config, basisOf(tokenizer));
  const counter = counters(tokenizer.encoding);
  const modelId = model?.id ?? modelName;
  const plain = countRequest(endpoint?.url ?? null, body, { counter, tokenizer, modelId });
  const estimated = elsewhere(plain, model, options);
  const input = corrected(estimated, calibration.input);
  const withoutProject =
    calibration.input?.origin === 'project' ? corrected(estimated, calibration.ownInput) : null;
  const use = { dialect, endpoint, body, modelName, model, input, counter, tokenizer };
  const findings = checkTokens(use).map((one) => inBody(one, dialect.bodyField, parts.written));
  return { parts, modelName, model, input, withoutProject, expectedOutput: calibration.output, findings };
}

/** The encoding that counting a request will ask for. */
export function encodingOf(request: unknown, options: CountOptions): Encoding {
  return counting(modelNameOf(partsOf(request, options.dialect), options), options).tokenizer.encoding;
}

/** Framing documented for one provider is a guess at another. */
const otherProviderErrorPercent = 10;

function elsewhere(
  counted: CountedRequest,
  model: PricedModel | null,
  { asModel, dialect, config }: CountOptions,
): CountedRequest {
  if (asModel === undefined || counted.method !== 'exact' || counted.tokens === null) return counted;
  if (model === null || modelFor(asModel, dialect.provider, config) !== null) return counted;
  return { ...counted, method: 'estimated', errorPercent: otherProviderErrorPercent };
}

/** A request can be priced as if it went to a model of another provider. */
function counting(
  name: string | null,
  { dialect: { provider }, config, asModel }: CountOptions,
): { readonly model: PricedModel | null; readonly tokenizer: Tokenizer } {
  const look = asModel === undefined ? modelFor : anyModelFor;
  const model = name === null ? null : look(name, provider, config);
  return { model, tokenizer: model?.tokenizer ?? tokenizerOf(name, provider) };
}

function modelNameOf(parts: RequestParts, { dialect, config, asModel }: CountOptions): string | null {
  return asModel ?? askedModel(parts.model, dialect, config);
}
