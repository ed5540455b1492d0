// Loaded before a command: files called forbidden.jsonl may not be opened, not even by root, whom no permission stops.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { openSync } = fs;

fs.openSync = (path, flags, mode) => {
  if (!String(path).endsWith('forbidden.jsonl')) return openSync(path, flags, mode);
  const error = new Error(`EACCES: permission denied, open '${path}'`);
  throw Object.assign(error, { errno: -13, code: 'EACCES', syscall: 'open', path: String(path) });
};
syncBuiltinESMExports();
