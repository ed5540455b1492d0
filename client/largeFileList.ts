// Which of the files in tabs will never be documents? Those that are too large; they stay so until they are closed.

/**
 * VS Code hands a text of more UTF-16 code units than this to no extension (1.139, `TextModel._MODEL_SYNC_LIMIT`). No encoding
 * makes a text of more units than its bytes.
 */
export const mostDocumentCharacters = 50 * 2 ** 20;

export interface TabbedFile {
  readonly uri: string;
  /** In front in its group of tabs. What was never in front is not read yet: opening a window costs nothing for it. */
  readonly isShown: boolean;
}

export interface LargeFilePorts {
  /** Files in tabs that could be batch files. */
  tabs(): readonly TabbedFile[];
  isDocument(uri: string): boolean;
  /** Null for what is not there. */
  sizeBytesOf(uri: string): Promise<number | null>;
}

export class LargeFileList {
  readonly #ports: LargeFilePorts;
  #uris: ReadonlySet<string> = new Set();

  constructor(ports: LargeFilePorts) {
    this.#ports = ports;
  }

  get uris(): readonly string[] {
    return [...this.#uris];
  }

  has(uri: string): boolean {
    return this.#uris.has(uri);
  }

  /** After any change of tabs or documents. @returns whether the list is another one now. */
  async look(): Promise<boolean> {
    const asked = this.#candidates().filter((uri) => !this.#uris.has(uri));
    const sizes = await Promise.all(asked.map((uri) => this.#ports.sizeBytesOf(uri)));
    const large = asked.filter((_, index) => (sizes[index] ?? 0) > mostDocumentCharacters);
    // What was closed, or came as a document, while the sizes were read is not a large file any more.
    const open = new Set(this.#candidates());
    const uris = new Set([...this.#uris, ...large].filter((uri) => open.has(uri)));
    const isSame = uris.size === this.#uris.size && [...uris].every((uri) => this.#uris.has(uri));
    this.#uris = uris;
    return !isSame;
  }

  /** In a tab, without a document; a large file that went behind another tab remains one. */
  #candidates(): readonly string[] {
    const fitting = this.#ports
      .tabs()
      .filter(({ uri, isShown }) => (isShown || this.#uris.has(uri)) && !this.#ports.isDocument(uri))
      .map(({ uri }) => uri);
    return [...new Set(fitting)];
  }
}
