// Text from a file inside a message: short, and never half a character.

export function clip(text: string, maxLength = 60): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, maxLength - 1);
  const last = kept.charCodeAt(kept.length - 1);
  const endsInHalfACharacter = last >= 0xd800 && last <= 0xdbff;
  return `${endsInHalfACharacter ? kept.slice(0, -1) : kept}…`;
}
