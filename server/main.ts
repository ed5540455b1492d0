// The language server's process.
import { startLanguageServer } from './index.ts';

startLanguageServer();
