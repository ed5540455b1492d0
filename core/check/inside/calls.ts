// Does every answer of a tool belong to a call, and has every call its answer? Each API pairs them in its own way.
import type { BodyRule } from '../bodyRule.ts';
import { chatCalls } from './chatCalls.ts';
import { claudeCalls } from './claudeCalls.ts';
import { geminiCalls } from './geminiCalls.ts';
import { responsesCalls } from './responsesCalls.ts';

export const checkCalls: BodyRule = (use) => {
  const name = use.endpoint?.schema ?? '';
  if (name.endsWith('/chat-completions')) return chatCalls(use);
  if (name.endsWith('/responses')) return responsesCalls(use);
  if (name === 'anthropic/messages') return claudeCalls(use);
  return name === 'gemini/generate-content' ? geminiCalls(use) : [];
};
