// What a rule about the body of a request is given, and what it gives back.

import type { Configuration } from '../configuration.ts';
import type { Dialect, EndpointFacts } from '../dialects/dialect.ts';
import type { Written } from '../dialects/protoWritten.ts';
import type { Fix } from '../fix/fix.ts';
import type { JsonObject } from '../json/members.ts';
import type { Model } from '../models/models.ts';
import { asWritten } from './asWritten.ts';
import type { Finding } from './finding.ts';

export interface BodyUse {
  readonly dialect: Dialect;
  /** Null: the line names none that the provider runs. */
  readonly endpoint: EndpointFacts | null;
  readonly body: JsonObject;
  /** As the body names it, or the configured one where it names none; null: none, or the empty string. */
  readonly modelName: string | null;
  /** Null: not in the catalogue. */
  readonly model: Model | null;
  readonly config: Configuration;
  /** ISO date. */
  readonly today: string;
}

/** Places and changes are said by paths within the body; `inBody` puts them in the line. */
export type BodyRule = (use: BodyUse) => readonly Finding[];

/**
 * @param bodyField the member of the line that holds the body.
 * @param written how the body stands there, where the finding is of another form of it.
 */
export function inBody(found: Finding, bodyField: string, written: Written | null): Finding {
  const finding = written === null ? found : asWritten(found, written);
  const { where, fixes } = finding;
  return {
    ...finding,
    where: where.kind === 'path' ? { ...where, path: [bodyField, ...where.path] } : where,
    ...(fixes === undefined ? {} : { fixes: fixes.map((fix) => fixInBody(fix, bodyField)) }),
  };
}

function fixInBody(fix: Fix, bodyField: string): Fix {
  const { change } = fix;
  return 'path' in change ? { ...fix, change: { ...change, path: [bodyField, ...change.path] } } : fix;
}
