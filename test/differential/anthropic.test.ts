// Does the check agree with the types of Anthropic's SDK, on valid requests and on faults?
import { endpoints } from './anthropic.ts';
import { testEndpoint } from './testEndpoint.ts';

for (const endpoint of endpoints) testEndpoint(endpoint);
