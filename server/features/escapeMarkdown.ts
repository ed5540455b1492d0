// Names from a file, shown in Markdown: they must stay names.

export function escapeMarkdown(text: string): string {
  return text.slice(0, 100).replaceAll(/[^\w.:/-]/g, (character) => `\\${character}`);
}
