// Would a body be right if a member had another name? Asked of the validator itself, so that a fix never trades one error for another.

import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Fix } from '../fix/fix.ts';
import type { JsonObject } from '../json/members.ts';

/** A body with more wrong names is wrong as a whole. */
const mostTrials = 10;

export class RenameTrial {
  readonly #body: JsonObject;
  readonly #validate: ValidateFunction | null;
  readonly #errors: number;
  #trials = 0;

  /**
   * @param validate finds all errors of a body; null: that would take too long for this one.
   * @param errors how many it has now.
   */
  constructor(body: JsonObject, validate: ValidateFunction | null, errors: number) {
    this.#body = body;
    this.#validate = validate;
    this.#errors = errors;
  }

  /**
   * @param steps to the object in the body that has the member.
   * @param isError whether the name is an error now, of which there must be less after.
   * @returns none where the new name is taken, or its value is no value for it.
   */
  fixes(steps: readonly string[], from: string, to: string, { safe, isError }: TrialOptions): readonly Fix[] {
    if (this.#validate === null || ++this.#trials > mostTrials) return [];
    const renamed = withRenamed(this.#body, steps, from, to);
    if (renamed === null) return [];
    const errors = this.#validate(renamed) ? [] : (this.#validate.errors ?? []);
    const isBetter = isError ? errors.length < this.#errors : errors.length <= this.#errors;
    if (!isBetter || errors.some((error) => isAt(error, [...steps, to]))) return [];
    const change = { kind: 'renameKey', path: [...steps, from], name: to } as const;
    return [{ title: `Rename to "${to}"`, change, safe }];
  }
}

interface TrialOptions {
  readonly safe: boolean;
  readonly isError: boolean;
}

function withRenamed(
  value: unknown,
  [step, ...rest]: readonly string[],
  from: string,
  to: string,
): JsonObject | readonly unknown[] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (step !== undefined) {
    const inner = withRenamed((value as JsonObject)[step], rest, from, to);
    if (inner === null) return null;
    return Array.isArray(value) ? value.with(Number(step), inner) : { ...value, [step]: inner };
  }
  if (Array.isArray(value) || Object.hasOwn(value, to) || !Object.hasOwn(value, from)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key === from ? to : key, member]));
}

function isAt({ instancePath }: ErrorObject, steps: readonly string[]): boolean {
  const pointer = steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return instancePath === pointer || instancePath.startsWith(`${pointer}/`);
}
