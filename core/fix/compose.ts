// Edits made one after another, as edits of the text before all of them.
import type { LineEdit } from './edit.ts';

/**
 * @param edits of the first text, in order, apart from each other.
 * @param next an edit of the text that they make.
 * @returns edits of the first text that do both.
 */
export function compose(edits: readonly LineEdit[], next: LineEdit): readonly LineEdit[] {
  const before: LineEdit[] = [];
  const after: LineEdit[] = [];
  // By how much a place has moved: just before `next`, and at its end.
  let movedAtStart = 0;
  let movedAtEnd = 0;
  let [start, head] = [-1, ''];
  let [end, tail] = [-1, ''];
  for (const edit of edits) {
    const from = edit.start + movedAtEnd;
    const to = from + edit.text.length;
    if (from > next.end) {
      after.push(edit);
      continue;
    }
    if (to >= next.start && from < next.start)
      [start, head] = [edit.start, edit.text.slice(0, next.start - from)];
    if (to > next.end) [end, tail] = [edit.end, edit.text.slice(next.end - from)];
    movedAtEnd += edit.text.length - (edit.end - edit.start);
    if (to < next.start) {
      before.push(edit);
      movedAtStart = movedAtEnd;
    }
  }
  if (start === -1) start = next.start - movedAtStart;
  if (end === -1) end = next.end - movedAtEnd;
  return [...before, { start, end, text: head + next.text + tail }, ...after];
}
