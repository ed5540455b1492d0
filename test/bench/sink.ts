// A provider that takes what is sent and keeps nothing, in a process of its own: what is measured is the sender.
// Prints its port; ends with its standard input.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const file = { id: 'file-1', object: 'file', purpose: 'batch', filename: 'x.jsonl', status: 'processed' };
const batch = { id: 'batch_1', object: 'batch', status: 'validating', input_file_id: file.id, errors: null };

const server = createServer((request, response) => {
  let sizeBytes = 0;
  request.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
  });
  request.on('end', () => answer(request, response, sizeBytes));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.on('end', () => process.exit()).resume();

function answer({ method, url }: IncomingMessage, response: ServerResponse, sizeBytes: number): void {
  const made = url === '/v1/batches' ? batch : { ...file, bytes: sizeBytes };
  const body = method === 'GET' ? { object: 'list', data: [], has_more: false } : made;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}
