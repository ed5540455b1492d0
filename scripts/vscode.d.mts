// What the tests see of vscode.mjs.
export interface ServeOptions {
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** What opens where the address names no folder. */
  readonly folder?: string;
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** Lets a page load an extension from a folder and run tests in the extension host. */
  readonly smokeTest?: boolean;
  /** Added to the environment of the server, and so of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServedVsCode {
  readonly url: string;
  readonly port: number;
  log(): string;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export const root: string;
export class SetupError extends Error {}
export function ensureBrowser(): string;
export function ensureVsCode(): void;
export function serveVsCode(options: ServeOptions): Promise<ServedVsCode>;
export function writeUserSettings(dataDir: string, settings?: Readonly<Record<string, unknown>>): void;
export function installPackedExtension(extensionsDir: string, dataDir: string): void;
