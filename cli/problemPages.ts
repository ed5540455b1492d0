// What do the pages of the problem codes say? They ship with the package, beside the folder this runs from.
import { readFileSync } from 'node:fs';
import type { ProblemCode } from '#core';

export interface ProblemPage {
  /** The first sentence of its cause. */
  readonly summary: string;
  readonly cause: string;
  readonly fix: string;
  readonly markdown: string;
}

/** Null where the page did not come along: the code stands for itself. */
export function readProblemPage(code: ProblemCode): ProblemPage | null {
  try {
    const markdown = readFileSync(new URL(`../docs/problems/${code}.md`, import.meta.url), 'utf8');
    const cause = section(markdown, 'Cause');
    return { summary: firstSentence(cause), cause, fix: section(markdown, 'Fix'), markdown };
  } catch {
    return null;
  }
}

function section(markdown: string, title: string): string {
  const after = markdown.split(`\n## ${title}\n`)[1] ?? '';
  return (after.split(/^## /m)[0] ?? '').trim();
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}
