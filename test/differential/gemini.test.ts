// Does the check agree with the types of Gemini's SDK, on valid requests and on faults?
import { endpoints } from './gemini.ts';
import { testEndpoint } from './testEndpoint.ts';

for (const endpoint of endpoints) testEndpoint(endpoint);
