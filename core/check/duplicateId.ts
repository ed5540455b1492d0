// What is said of a line whose custom_id other lines have too.
import { formatCount } from '../figures.ts';
import { clip } from './clip.ts';
import type { Collector, Detail } from './collector.ts';
import { at, type Finding } from './finding.ts';
import type { IdGroup } from './idGroups.ts';

/** For counting; which lines, and what mends this one, is worked out for those that are listed. */
export function duplicateId(idField: string): Finding {
  return {
    code: 'id.duplicate',
    where: at([idField]),
    message: 'Another line has the same id; answers could not be told apart.',
    fixes: [{ title: 'Make this id unique', change: { kind: 'uniqueId' }, safe: true }],
  };
}

/** Which other lines have the id too. */
export function duplicateWords(
  line: number,
  id: string,
  group: IdGroup,
  { where, message }: Finding,
  collector: Collector,
): Pick<Detail, 'message' | 'related'> {
  const other = line === group.first ? group.second : group.first;
  const more = group.size > 2 ? ` and ${formatCount(group.size - 2)} more` : '';
  // What the finding says comes of it.
  const consequence = message.slice(message.indexOf('; ') + 2, -1);
  const quoted = JSON.stringify(clip(id));
  return {
    message: `${quoted} is also on line ${formatCount(other + 1)}${more}; ${consequence}.`,
    related: [{ ...collector.placeOf(other, where), message: 'The same id is here.' }],
  };
}
