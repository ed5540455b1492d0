// What is a number of google.rpc.Code called? Rows and operations of Gemini give the number alone (python-genai #1341: 13).

/** From 1 on; 0 is none. */
const names = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** Null for a number that is none of them. */
export function rpcCodeName(code: number): string | null {
  return names[code - 1] ?? null;
}
