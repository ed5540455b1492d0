// Reading members of parsed JSON that may be of any shape: own members only, and nothing ever throws.

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own member `key`, or undefined; `__proto__` and `constructor` are names like any other. */
export function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function textMember(value: unknown, key: string): string | null {
  const found = member(value, key);
  return typeof found === 'string' ? found : null;
}

export function listMember(value: unknown, key: string): readonly unknown[] {
  const found = member(value, key);
  return Array.isArray(found) ? found : [];
}

/** To providers a null mostly means the same as leaving it out. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether the member is there with something in it: not null, not an empty list. */
export function hasMember(value: unknown, key: string): boolean {
  const found = member(value, key);
  return found !== undefined && found !== null && !(Array.isArray(found) && found.length === 0);
}

/** A positive whole number, or null. */
export function countMember(value: unknown, key: string): number | null {
  const found = member(value, key);
  return typeof found === 'number' && Number.isSafeInteger(found) && found > 0 ? found : null;
}
