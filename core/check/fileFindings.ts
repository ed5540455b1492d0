// What is said of a file whose lines are no requests one by one, or differ from each other.
import type { Dialect, LineForm } from '../dialects/dialect.ts';
import type { Fix } from '../fix/fix.ts';
import { clip } from './clip.ts';
import { at, type Finding, wholeLine } from './finding.ts';

export type Shape = 'json.array-file' | 'json.multiline';

/** One problem for the file instead of one for each of its lines. */
export const shapeFindings: Readonly<Record<Shape, Finding>> = {
  'json.array-file': {
    code: 'json.array-file',
    where: wholeLine,
    message:
      'This is a JSON array; a batch file has one request a line, without brackets around them or commas between.',
    fixes: [{ title: 'Write each request on a line of its own', change: { kind: 'toLines' }, safe: true }],
  },
  'json.multiline': {
    code: 'json.multiline',
    where: wholeLine,
    message: 'This object goes on over several lines; a batch file has one request a line.',
    fixes: [{ title: 'Write each request on a line of its own', change: { kind: 'toLines' }, safe: true }],
  },
};

export const blankLine: Finding = {
  code: 'line.blank',
  where: wholeLine,
  message: 'A blank line between requests; some providers refuse it.',
  fixes: [{ title: 'Remove this blank line', change: { kind: 'removeLine' }, safe: true }],
};

/** A line in another provider's form, among lines in that of the file. */
export function mixedDialect(form: LineForm, { title }: Dialect): Finding {
  const owner = { openai: 'OpenAI', body: 'OpenAI', params: 'Anthropic', keyed: 'Gemini' }[form];
  const message = `This is a request for ${owner} among requests for ${title}; one batch goes to one provider. Move it to a file of its own.`;
  return { code: 'file.mixed-dialects', where: wholeLine, message };
}

/** @param url of most requests of the file; lines of some forms name none, and their bodies show it. */
export function mixedUrl(url: string, { form, bodyField }: Dialect, severity: 'error' | 'warning'): Finding {
  if (form !== 'openai') {
    const message = `Most requests of the file are for ${url} and this one is not; one batch takes one endpoint. Move it to a file of its own.`;
    return { code: 'request.url-mixed', severity, where: at([bodyField], 'key'), message };
  }
  const message = `url is not that of the other requests, ${url}; one batch takes one endpoint.`;
  return {
    code: 'request.url-mixed',
    severity,
    where: at(['url']),
    message,
    fixes: [asOthers(['url'], url)],
  };
}

/** @param model of most requests of the file. */
export function mixedModel(model: string, bodyField: string, severity: 'error' | 'warning'): Finding {
  const message = `model is not that of the other requests, ${JSON.stringify(clip(model))}; one batch takes one model.`;
  const path = [bodyField, 'model'];
  return { code: 'model.mixed', severity, where: at(path), message, fixes: [asOthers(path, model)] };
}

/** A request without a url, in a file whose other requests have one. */
export function withUrlOfOthers(finding: Finding, url: string): Finding {
  const json = JSON.stringify(url);
  const change = { kind: 'insertMember', path: [], name: 'url', json } as const;
  return {
    ...finding,
    fixes: [{ title: `Add "url":${json}, as the other requests have it`, change, safe: false }],
  };
}

function asOthers(path: readonly string[], value: string): Fix {
  const title = `Write ${JSON.stringify(clip(value))}, as the other requests do`;
  return { title, change: { kind: 'replaceValue', path, json: JSON.stringify(value) }, safe: false };
}
