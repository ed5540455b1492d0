// Which files could be batch files? Told from what they are called, for those that no document says more of.

/** The extensions of VS Code's language `jsonl`. */
const ending = /\.(jsonl|ndjson)$/i;

/** Files and unsaved documents; not the other side of a comparison, nor a log. */
export const schemes: readonly string[] = ['file', 'untitled'];

export function isJsonLines({ scheme, path }: { readonly scheme: string; readonly path: string }): boolean {
  return schemes.includes(scheme) && ending.test(path);
}
