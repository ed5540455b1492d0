// This computer's name, for names of files: processes are numbered anew on each.
import { hostname } from 'node:os';

export const computerName = hostname().replace(/[^A-Za-z0-9]/g, '');
