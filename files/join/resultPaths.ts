// What are the files called that a merge leaves beside each other?

/** `X` of `X.results.jsonl` or `X.jsonl`. */
export function resultsStem(path: string): string {
  return path.replace(/(?:\.results)?(?:\.jsonl)?$/i, '');
}

/** Where the lines go that belong to no row of the results at this path. */
export function surplusPathOf(out: string): string {
  return `${resultsStem(out)}.surplus.jsonl`;
}
