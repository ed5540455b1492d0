// When and in which order is the server told of documents? In the order of the editor; a large one once the problems of its
// first lines are drawn, for to write down the whole of it keeps this process so busy that nothing else is seen meanwhile.
import type { Beginning } from '#server/protocol';
import type { MessageOrder, Place } from './messageOrder.ts';

/** Of the editor's documents, what is asked of them here. */
interface Identified {
  readonly uri: { toString(): string };
}

export interface DocumentMessagesPorts<Document extends Identified> {
  /** As the server is told it. */
  uriOf(document: Document): string;
  /** Null for a document that is not large. */
  beginningOf(document: Document): Beginning | null;
  /** Sends the beginning; until its problems are drawn, or it is clear that there are none, or it takes too long. Never rejects. */
  show(document: Document, beginning: Beginning): Promise<void>;
}

export type DocumentEvent = 'open' | 'change' | 'close';

interface Expected {
  readonly event: DocumentEvent;
  /** As the server is told it. */
  readonly uri: string;
  readonly place: Place;
  /** Its text is not taken yet. */
  isWaiting: boolean;
}

export class DocumentMessages<Document extends Identified> {
  readonly #order: MessageOrder;
  readonly #ports: DocumentMessagesPorts<Document>;
  /** What the language client is about to send. */
  #expected: readonly Expected[] = [];

  constructor(order: MessageOrder, ports: DocumentMessagesPorts<Document>) {
    this.#order = order;
    this.#ports = ports;
  }

  /** @param next takes the text of the document as it is then. */
  async open(document: Document, next: () => Promise<void>): Promise<void> {
    const beginning = this.#ports.beginningOf(document);
    const expected = this.#expect('open', document, beginning !== null);
    if (beginning !== null) await this.#ports.show(document, beginning);
    expected.isWaiting = false;
    return this.#send(expected, next);
  }

  async change(document: Document, next: () => Promise<void>): Promise<void> {
    const uri = this.#ports.uriOf(document);
    const opening = this.#expected.findLast((one) => one.event === 'open' && one.uri === uri);
    // It will be in the text that is sent.
    if (opening?.isWaiting !== true) await this.#send(this.#expect('change', document), next);
  }

  close(document: Document, next: () => Promise<void>): Promise<void> {
    return this.#send(this.#expect('close', document), next);
  }

  /** Gives the place that was kept for a message, once. */
  placeOf(event: DocumentEvent, uri: string): Place | undefined {
    const found = this.#expected.find((one) => one.event === event && one.uri === uri && !one.isWaiting);
    this.#expected = this.#expected.filter((one) => one !== found);
    return found?.place;
  }

  #expect(event: DocumentEvent, document: Document, isWaiting = false): Expected {
    const uri = this.#ports.uriOf(document);
    const expected: Expected = { event, uri, place: this.#order.keepPlace(), isWaiting };
    this.#expected = [...this.#expected, expected];
    return expected;
  }

  async #send(expected: Expected, next: () => Promise<void>): Promise<void> {
    try {
      await next();
    } finally {
      // Where the server is gone, no message came.
      this.#expected = this.#expected.filter((one) => one !== expected);
      this.#order.leave(expected.place);
    }
  }
}
