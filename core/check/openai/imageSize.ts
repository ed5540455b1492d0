// Can an image of this size be made? Widths and heights as the reference gives them (openai SDK 7.55; spec of 2026-10).
import { formatCount } from '../../figures.ts';
import { clip } from '../clip.ts';
import { at } from '../finding.ts';
import type { ImageUse } from './imageOptions.ts';

const standard: ReadonlySet<string> = new Set(['auto', '1024x1024', '1536x1024', '1024x1536']);

const step = 16;
const mostRatio = 3;
const mostPixels = 3840 * 2160;
const longestEdge = 3840;
/** Of gpt-image-2, by its price calculator (others read it in 2026-05). */
const fewestPixels = 655_360;

export function checkSize({ options, path, model, family, findings }: ImageUse): void {
  const { size } = options;
  if (typeof size !== 'string' || standard.has(size)) return;
  const where = at([...path, 'size']);
  const quoted = JSON.stringify(clip(size));
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size) ?? [];
  if (width === undefined || height === undefined) {
    const message = `size ${quoted} is no width and height; write them as "1536x1024", or "auto".`;
    findings.push({ code: 'body.value', severity: 'warning', where, message });
    return;
  }
  if (family === '1' || family === '1-mini') {
    const message = `${model} makes 1024x1024, 1536x1024 and 1024x1536; write one of them, or "auto".`;
    findings.push({ code: 'model.parameter', where, message });
    return;
  }
  const wrong = wrongSize(Number(width), Number(height));
  if (wrong !== null) {
    // Of models that are not known, only that the reference says so of those that are.
    const severity = family === 'other' ? 'warning' : 'error';
    findings.push({ code: 'body.range', severity, where, message: `size ${quoted} ${wrong}` });
  } else if (family === '2' && Number(width) * Number(height) < fewestPixels) {
    const message = `size ${quoted} has less than ${formatCount(fewestPixels)} pixels, the smallest that others found; make it larger.`;
    findings.push({ code: 'body.range', severity: 'warning', where, message });
  }
}

/** What is wrong, as the end of a sentence; null: nothing. */
function wrongSize(width: number, height: number): string | null {
  const [short, long] = width < height ? [width, height] : [height, width];
  if (short === 0) return 'has no area; write a width and a height.';
  if (width % step !== 0 || height % step !== 0) {
    const nearest = [width, height].map((side) => Math.max(step, Math.round(side / step) * step)).join('x');
    return `has a side that is not divisible by ${step}; write "${nearest}".`;
  }
  if (long > short * mostRatio) return `is narrower than 1:${mostRatio}; make it wider or higher.`;
  if (long > longestEdge || short * long > mostPixels) {
    return 'is more than the largest there is, 3840x2160; make it smaller.';
  }
  return null;
}
