// How lines are put in place of others in a long array: an edit of a line moves the rest at most once, in one go.

/** More than so many cannot be handed to a function as arguments. */
const mostArguments = 1000;

/** @returns the array with `added` in place of `deleteCount` items; the same one where that is cheaper. */
export function spliced<Item>(
  items: Item[],
  start: number,
  deleteCount: number,
  added: readonly Item[],
): Item[] {
  if (added.length === deleteCount) {
    for (const [index, item] of added.entries()) items[start + index] = item;
    return items;
  }
  if (added.length <= mostArguments) {
    items.splice(start, deleteCount, ...added);
    return items;
  }
  return [...items.slice(0, start), ...added, ...items.slice(start + deleteCount)];
}
