// Will the images and files of a request be there when it runs? Addresses that end, that nobody reaches, and broken bytes.
import type { Severity } from '../../problem.ts';
import type { BodyRule, BodyUse } from '../bodyRule.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';
import { checkAddress } from './addresses.ts';
import { base64Fault, typeOfBytes } from './base64Fault.ts';
import { type MediaSite, mediaSites } from './mediaSites.ts';
import { placeName } from './schemaRule.ts';

/** A request with more is wrong as a whole; the first ones say why. */
const mostFindings = 20;

export const checkMedia: BodyRule = (use) => {
  const findings: Finding[] = [];
  for (const site of mediaSites(use)) {
    const finding = checkSite(site, use);
    if (finding !== null) findings.push(finding);
    if (findings.length >= mostFindings) break;
  }
  return findings.length === 0 ? none : findings;
};

const none: readonly Finding[] = [];

function checkSite(site: MediaSite, use: BodyUse): Finding | null {
  if (site.kind === 'bytes') return checkBytes(site, use);
  if (site.text.startsWith('data:')) return checkDataUrl(site, use);
  // The base64 alone may be taken, too.
  if (site.path.at(-1) === 'file_data') return checkBase64(site.text, 0, site.path, 'warning');
  return checkAddress(site, use);
}

/** What OpenAI's vision guide names (2026-09). */
const imageTypes: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

function checkDataUrl({ text, path, of }: MediaSite, { dialect }: BodyUse): Finding | null {
  const severity = dialect.certainty.values;
  const head = /^data:([^,;]*)((?:;[^,;]*)*),/.exec(text.slice(0, 200));
  if (head === null || !/;base64$/i.test(head[2] ?? '')) {
    const message = `${placeName(path)} is a data URL without base64; write it as "data:image/png;base64,…".`;
    return value(path, message, of === 'image' ? severity : 'warning');
  }
  const type = (head[1] ?? '').trim().toLowerCase();
  if (of === 'image' && !imageTypes.includes(type)) {
    // Some take image/jpg; the bytes count.
    const isImage = type.startsWith('image/');
    const message = `${placeName(path)} is ${type === '' ? 'of no type' : JSON.stringify(clip(type))}, not one of ${imageTypes.join(', ')}; convert it.`;
    return value(path, message, isImage ? 'warning' : severity);
  }
  return checkBase64(text, head[0].length, path, severity);
}

function checkBytes(site: MediaSite, { dialect }: BodyUse): Finding | null {
  const { text, of, type } = site;
  const severity = dialect.certainty.values;
  // Of Gemini's bytes, its own rules say whether they are base64.
  const fault = dialect.form === 'keyed' ? null : checkBareBase64(site, severity);
  if (fault !== null || type === null || of === 'audio') return fault;
  const actual = typeOfBytes(text, 0);
  if (actual === null || actual === type.name.toLowerCase() || type.name === 'image/jpg') return null;
  // "The image was specified using the image/jpeg media type, but the image appears to be a image/png image".
  const isKnown = dialect.form === 'params' && actual.startsWith('image/');
  const json = JSON.stringify(actual);
  const message = `${placeName(type.path)} is ${JSON.stringify(clip(type.name))}, but the bytes are of ${actual}; write ${json}.`;
  const change = { kind: 'replaceValue', path: type.path, json } as const;
  return {
    code: 'body.value',
    severity: isKnown ? severity : 'warning',
    where: at(type.path),
    message,
    fixes: [{ title: `Write ${json}`, change, safe: actual.startsWith('image/') && of === 'image' }],
  };
}

function checkBareBase64({ text, path }: MediaSite, severity: Severity): Finding | null {
  if (!text.startsWith('data:')) return checkBase64(text, 0, path, severity);
  const message = `${placeName(path)} must be the base64 alone; take "data:…;base64," from its beginning.`;
  return value(path, message, severity);
}

function checkBase64(
  text: string,
  start: number,
  path: MediaSite['path'],
  severity: Severity,
): Finding | null {
  const fault = base64Fault(text, start);
  if (fault === null) return null;
  const name = placeName(path);
  if (fault.kind === 'empty') return value(path, `${name} has no bytes; put them in, in base64.`, severity);
  if (fault.kind === 'length') {
    return value(path, `${name} is cut off, or lacks "=" at its end: base64 comes in fours.`, 'warning');
  }
  const { character } = fault;
  const isWhite = /\s/.test(character);
  const says = isWhite ? 'has white space in it' : `has ${JSON.stringify(character)} in it`;
  const message = `${name} ${says}, which is no base64; encode the bytes anew${isWhite ? ', in one piece' : ''}.`;
  // Some readers pass over white space, and take the letters of URLs.
  return value(path, message, isWhite || character === '-' || character === '_' ? 'warning' : severity);
}

function value(path: MediaSite['path'], message: string, severity: Severity): Finding {
  return { code: 'body.value', severity, where: at(path), message };
}
