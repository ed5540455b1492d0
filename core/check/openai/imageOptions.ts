// Do the options of an image suit each other and its model? For both image endpoints and the image_generation tool.
// What the reference says (openai SDK 7.55, spec of 2026-10); sizes of gpt-image-2 as its price calculator has them (2026-05).

import { removing, writing } from '../../fix/fix.ts';
import type { JsonObject } from '../../json/members.ts';
import { isPresent } from '../../json/members.ts';
import type { JsonPath } from '../../json/skim.ts';
import { oneOf } from '../bodyWords.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';
import { checkSize } from './imageSize.ts';

/** @param path of the object that has the options. @param model as the request names it; '' where it names none. */
export function checkImageOptions(options: JsonObject, path: JsonPath, model: string): Finding[] {
  const findings: Finding[] = [];
  const use: ImageUse = { options, path, model: clip(model), family: familyOf(model), findings };
  checkSize(use);
  checkBackground(use);
  checkCompression(use);
  checkFrames(use);
  checkSvg(use);
  checkQuality(use);
  checkFidelity(use);
  return findings;
}

export interface ImageUse {
  readonly options: JsonObject;
  readonly path: JsonPath;
  readonly model: string;
  readonly family: ImageFamily;
  readonly findings: Finding[];
}

/** Generations of GPT Image that differ in what they take; `other` is not known. */
export type ImageFamily = '1-mini' | '1' | '2' | '2.5' | 'other';

function familyOf(model: string): ImageFamily {
  if (/^gpt-image-1-mini/.test(model)) return '1-mini';
  if (/^gpt-image-1(\.5)?$|^gpt-image-1(\.5)?-\d{4}/.test(model)) return '1';
  if (/^gpt-image-2(-\d{4}|$)/.test(model)) return '2';
  return /^gpt-image-2\.5-/.test(model) ? '2.5' : 'other';
}

function add(
  { path, findings }: ImageUse,
  field: string,
  found: Pick<Finding, 'message' | 'fixes'> & Partial<Pick<Finding, 'severity' | 'code'>>,
): void {
  findings.push({ code: 'body.conflict', where: at([...path, field], 'key'), ...found });
}

function formatOf({ options }: ImageUse): string {
  return typeof options.output_format === 'string' ? options.output_format : 'png';
}

/** "When using `transparent`, set the output format to `png` or `webp`." */
function checkBackground(use: ImageUse): void {
  const format = formatOf(use);
  if (use.options.background !== 'transparent') return;
  if (format !== 'jpeg' && format !== 'gif') return;
  const message = `background "transparent" needs png or webp, and output_format is ${JSON.stringify(format)}; change one of them.`;
  // Of gif nothing is said.
  add(use, 'background', { message, ...(format === 'gif' ? { severity: 'warning' } : {}) });
}

/** "only supported … with the `webp` or `jpeg` output formats" */
function checkCompression(use: ImageUse): void {
  const { output_compression: compression } = use.options;
  const format = formatOf(use);
  if (typeof compression !== 'number' || format === 'webp' || format === 'jpeg') return;
  // The default, which asks for nothing.
  if (compression === 100 && format === 'png') return;
  const message = `output_compression is only for webp and jpeg, and output_format is ${JSON.stringify(format)}; remove it, or change the format.`;
  const fixes = [removing([...use.path, 'output_compression'])];
  add(use, 'output_compression', { message, severity: 'warning', fixes });
}

/** "Only supported with output_format=gif.", which in turn takes no masks and no partial images. */
function checkFrames(use: ImageUse): void {
  const { options, path } = use;
  if (formatOf(use) === 'gif') {
    for (const field of ['mask', 'input_image_mask']) {
      if (!isPresent(options[field])) continue;
      const message = `${field} does not go with output_format "gif"; remove it, or change the format.`;
      add(use, field, { message, severity: 'warning' });
    }
    return;
  }
  for (const field of ['frame_count', 'frame_duration_ms']) {
    if (!isPresent(options[field])) continue;
    const message = `${field} needs "output_format": "gif"; write that, or remove it.`;
    add(use, field, { message, severity: 'warning', fixes: [removing([...path, field])] });
  }
}

/** "Requires output_format=svg … SVG generation requires n=1" */
function checkSvg(use: ImageUse): void {
  const { options, path } = use;
  if (formatOf(use) !== 'svg') {
    if (!isPresent(options.svg)) return;
    const message = 'svg needs "output_format": "svg"; write that, or remove it.';
    add(use, 'svg', { message, severity: 'warning', fixes: [removing([...path, 'svg'])] });
  } else if (typeof options.n === 'number' && options.n > 1) {
    const message = `n is ${options.n}, and an svg comes alone; write 1.`;
    const change = { kind: 'replaceValue', path: [...path, 'n'], json: '1' } as const;
    add(use, 'n', { message, severity: 'warning', fixes: [{ title: 'Write 1', change, safe: false }] });
  }
}

const usual = ['low', 'medium', 'high', 'auto'];

/** xhigh and max are of GPT Image 2.5, standard and hd of models that are gone. */
function checkQuality(use: ImageUse): void {
  const { quality } = use.options;
  if (typeof quality !== 'string') return;
  const isRetired = quality === 'standard' || quality === 'hd';
  const isNew = quality === 'xhigh' || quality === 'max';
  if (!isRetired && !(isNew && (use.family === '1-mini' || use.family === '1' || use.family === '2'))) return;
  const message = isRetired
    ? `quality ${JSON.stringify(quality)} was of DALL·E models, which are retired; write ${oneOf(usual)}.`
    : `${use.model} has no quality ${JSON.stringify(quality)}; write ${oneOf(usual)}.`;
  const json = isRetired ? '"auto"' : '"high"';
  const path = [...use.path, 'quality'];
  const fixes = [writing(path, json)];
  use.findings.push({ code: 'model.parameter', where: at(path), message, fixes });
}

/** "`gpt-image-1-mini` supports only `low`. For `gpt-image-2`, omit this parameter." */
function checkFidelity(use: ImageUse): void {
  const { input_fidelity: fidelity } = use.options;
  const isRefused = use.family === '2' ? isPresent(fidelity) : use.family === '1-mini' && fidelity === 'high';
  if (!isRefused) return;
  const message =
    use.family === '2'
      ? `${use.model} takes no input_fidelity; remove it.`
      : `${use.model} takes only input_fidelity "low"; write that, or remove it.`;
  const fixes = [removing([...use.path, 'input_fidelity'])];
  add(use, 'input_fidelity', { code: 'model.parameter', message, fixes });
}
