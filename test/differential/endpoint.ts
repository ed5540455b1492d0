// One endpoint of a provider as the differential test sees it: the SDK's schema with the documented facts, and its lines.
import type { Provider } from '#core';
import type { Schema } from '../sdk/jsonSchema.ts';
import type { Chance } from './chance.ts';
import type { BodyFault } from './mutate.ts';

export type Body = Record<string, unknown>;

export interface Endpoint {
  readonly name: string;
  readonly provider: Provider;
  /** Made from the SDK's types, with the facts that types cannot say. */
  readonly schema: Schema;
  /** A file names one of them. */
  readonly models: readonly string[];
  /** Makes a request that every type allows one that means something: what belongs together comes together. */
  readonly settle: (body: Body, model: string, chance: Chance) => Body;
  readonly lineOf: (id: string, body: Body) => Body;
  /** Fields of other endpoints and providers that this one does not have. */
  readonly foreign: readonly string[];
  /** Whether another value in its place is a fault, where the provider takes more than its types say. */
  readonly isFault?: (before: unknown, after: unknown) => boolean;
  /** Faults that are warnings, for no page says that they are refused. */
  readonly warned?: readonly BodyFault[];
  /** Faults of what stands around the body. */
  readonly envelopeFaults: readonly ((line: Body, chance: Chance) => Body)[];
}
