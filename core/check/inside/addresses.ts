// Will this address still lead to the image when the batch runs, up to 24 hours after it was sent?
import type { BodyUse } from '../bodyRule.ts';
import { clip } from '../clip.ts';
import { at, type Finding } from '../finding.ts';
import type { MediaSite } from './mediaSites.ts';
import { placeName } from './schemaRule.ts';
import { expiryOf } from './signedUrl.ts';
import { isPrivateHost, readWebAddress, type WebAddress } from './webAddress.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Today, and the 24 hours that a batch may take from any of its moments. */
const batchDays = 2;
/** What ends within them is worth a word, for batches are sent later than they are written. */
const soonDays = 7;

export function checkAddress(site: MediaSite, use: BodyUse): Finding | null {
  const address = readWebAddress(site.text);
  if (address === null) return checkScheme(site, use);
  return checkReach(site, address) ?? checkExpiry(site, address, use.today);
}

function checkScheme({ text, path, of }: MediaSite, { dialect }: BodyUse): Finding | null {
  if (/^\s*https?:/i.test(text)) return null;
  const scheme = /^[a-z][a-z\d+.-]{0,20}:/i.exec(text)?.[0];
  // Gemini has addresses of its own, and rules for them.
  if (dialect.form === 'keyed') return null;
  const isId = /^file[-_]/.test(text);
  const advice = isId
    ? 'write the id into "file_id"'
    : `write "https://…"${of === 'file' ? '' : ', or "data:…;base64,…"'}`;
  // What stands there instead is not quoted: it may be anything, a key too.
  const message = `${placeName(path)} is no address of the web${scheme === undefined ? '' : `, but one of ${scheme}`}; ${advice}.`;
  const severity = dialect.certainty.values;
  return { code: 'body.value', severity, where: at(path), message };
}

function checkReach({ path }: MediaSite, { scheme, host }: WebAddress): Finding | null {
  if (host !== '' && !isPrivateHost(host) && scheme === 'https') return null;
  const name = placeName(path);
  const message =
    host === '' || isPrivateHost(host)
      ? `${name} is at ${JSON.stringify(clip(host))}, which only your own network reaches; put the bytes into the request, or on the web.`
      : `${name} is an http: address, which some servers do not fetch; write https:.`;
  return { code: 'body.value', severity: 'warning', where: at(path), message };
}

function checkExpiry({ path, of }: MediaSite, { parameters }: WebAddress, today: string): Finding | null {
  const expiry = expiryOf(parameters);
  if (expiry.kind === 'none') return null;
  const what = of === 'image' ? 'image' : 'file';
  const advice = `sign it for longer, upload the ${what}, or put it into the request`;
  const where = at(path);
  const code = 'image.expiring-url';
  if (expiry.kind === 'unknown') {
    const message = `${placeName(path)} is a signed address, which may have expired when the batch runs, up to 24 hours later; ${advice}.`;
    return { code, where, message };
  }
  const start = Date.parse(`${today}T00:00:00Z`);
  const days = (expiry.time - start) / dayMs;
  if (days >= soonDays) return null;
  const when = momentOf(expiry.time);
  if (days < 0) {
    const message = `${placeName(path)} expired on ${when}: the ${what} will not be found and this row will fail; sign the address anew.`;
    return { code, where, message };
  }
  const isSoon = days < batchDays;
  const message = isSoon
    ? `${placeName(path)} expires on ${when}, perhaps before the batch runs; ${advice}.`
    : `${placeName(path)} expires on ${when}; the batch must have run by then.`;
  return { code, severity: isSoon ? 'warning' : 'info', where, message };
}

/** `2026-11-22 09:30 UTC`. */
function momentOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
