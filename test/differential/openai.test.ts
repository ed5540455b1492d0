// Does the check agree with the types of OpenAI's SDK, on valid requests and on faults?
import { endpoints } from './openai.ts';
import { testEndpoint } from './testEndpoint.ts';

for (const endpoint of endpoints) testEndpoint(endpoint);
