// Puts an id where a line's custom_id is, or should be.
import { type LineEdit, lineEdit } from './edit.ts';

export function idEdit(text: string, id: string): LineEdit | null {
  const json = JSON.stringify(id);
  return (
    lineEdit(text, { kind: 'insertMember', path: [], name: 'custom_id', json }) ??
    lineEdit(text, { kind: 'replaceValue', path: ['custom_id'], json })
  );
}
