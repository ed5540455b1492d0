// The names and values of a JSON text as they are written, each with its path: an own walk, to compare fixes with.
import { type JSONPath, visit } from 'jsonc-parser';
import type { JsonPath } from '#core';

export interface RawToken {
  readonly path: readonly string[];
  readonly isKey: boolean;
  readonly raw: string;
}

/** In the order of the text; of a text that JSON.parse accepts. */
export function rawTokens(text: string): readonly RawToken[] {
  const tokens: RawToken[] = [];
  const steps = (path: JSONPath): string[] => path.map(String);
  visit(text, {
    onObjectProperty: (property, offset, length, _line, _column, path) => {
      tokens.push({
        path: [...steps(path()), property],
        isKey: true,
        raw: text.slice(offset, offset + length),
      });
    },
    onLiteralValue: (_value, offset, length, _line, _column, path) => {
      tokens.push({ path: steps(path()), isKey: false, raw: text.slice(offset, offset + length) });
    },
  });
  return tokens;
}

/** Whether a token is the member at the path, or in it. */
export function isWithin({ path }: RawToken, place: JsonPath): boolean {
  return place.every((step, index) => path[index] === String(step));
}
