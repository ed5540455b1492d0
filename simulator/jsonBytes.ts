// How long is a value as JSON? Without recursion, for schemas and tools may be nested deeper than any stack.

/** UTF-8 bytes of `JSON.stringify(value)`. @param value as JSON.parse gives it. */
export function jsonBytes(value: unknown): number {
  const open: unknown[] = [value];
  let bytes = 0;
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== 'object' || one === null) {
      bytes += Buffer.byteLength(JSON.stringify(one));
      continue;
    }
    const members = Array.isArray(one) ? one : Object.values(one);
    bytes += 2 + Math.max(0, members.length - 1);
    if (!Array.isArray(one)) {
      for (const key of Object.keys(one)) bytes += Buffer.byteLength(JSON.stringify(key)) + 1;
    }
    for (const member of members) open.push(member);
  }
  return bytes;
}
