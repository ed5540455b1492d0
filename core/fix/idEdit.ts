// Puts an id where a line's own is, or should be.
import { type LineEdit, lineEdit } from './edit.ts';

/** @param idField as the dialect names it. */
export function idEdit(text: string, id: string, idField: string): LineEdit | null {
  const json = JSON.stringify(id);
  return (
    lineEdit(text, { kind: 'insertMember', path: [], name: idField, json }) ??
    lineEdit(text, { kind: 'replaceValue', path: [idField], json })
  );
}
