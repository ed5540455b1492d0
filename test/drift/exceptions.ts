// What our schemas say otherwise than the types of the SDKs, and why; each was looked at on its date. `*` is any part.

export interface Exception {
  readonly schema: string;
  /** As `compareSchemas` says it. */
  readonly is: string;
  readonly reason: string;
  readonly date: string;
}

const date = '2026-11-21';

function of(schema: string, list: Readonly<Record<string, string>>): readonly Exception[] {
  return Object.entries(list).map(([is, reason]) => ({ schema, is, reason, date }));
}

const modelOfFile = 'Each line of a batch names its model; the endpoint itself could do without.';
const fromProvider =
  'Output of the model is sent back as it came, with nulls and states of its own; a false error is worse.';

const openai: readonly Exception[] = [
  ...of('openai/chat-completions', {
    'ours alone: field messages[]<assistant>.annotations':
      'Part of every answer, and the API takes answers back as they are.',
    'ours alone: field messages[]<tool>.name': 'The API takes and ignores it; older code writes it.',
  }),
  ...of('openai/responses', {
    'ours alone: needs model': modelOfFile,
    'ours alone: type null of input[]*': fromProvider,
    'ours alone: any text as input[]*': fromProvider,
    'sdk alone: needs input[]*': fromProvider,
    'ours alone: anything in input[]<mcp_list_tools>.error': fromProvider,
    'ours alone: type * of input[]<mcp_*>.error': fromProvider,
    'ours alone: field input[]<*>.created_by': fromProvider,
    'ours alone: field input[]<custom_tool_call*>.status': fromProvider,
    'ours alone: field *.top_logprobs[].top_logprobs':
      'One form for a token and for those that were likely beside it.',
    'ours alone: value "*_text" of input[]<reasoning>*':
      'One form for texts of reasoning and of its summary.',
    'ours alone: form input[]': 'An item reference may leave out its type, as a null says in the SDK.',
    'ours alone: needs input[]<item_reference>.type':
      'Without a type it is the form of its own that has none.',
    'ours alone: value "web_search*" of tool_choice*':
      'The guide forces web_search by its present name, which the SDK has only as a tool.',
    'sdk alone: deprecates input[]<web_search_call>.action.query':
      'Stands in output that is sent back, where nobody can write it otherwise.',
    'sdk alone: needs *<input_image>.detail':
      'The API reference gives it a default; the guides leave it out.',
    'sdk alone: needs tools[]<function>.*':
      'The API reference gives both a default; the guides leave them out.',
    'sdk alone: needs tools[]<web_search_preview*>.user_location.type':
      'The API reference calls it optional.',
    'ours alone: type null of *': 'The API reference lets what need not be given be null.',
  }),
  ...of('openai/embeddings', {
    'ours alone: type null of dimensions': 'The API takes null as left out.',
  }),
  ...of('openai/moderations', { 'ours alone: needs model': modelOfFile }),
  ...of('openai/images-generations', {
    'ours alone: needs model': modelOfFile,
    'sdk alone: type null of model': modelOfFile,
  }),
  ...of('openai/images-edits', {
    'ours alone: needs model': modelOfFile,
    'sdk alone: type null of model': modelOfFile,
    'ours alone: field moderation':
      'The API reference has it for edits in JSON, of which the SDK has no type.',
  }),
];

const anthropic: readonly Exception[] = of('anthropic/messages', {
  'ours alone: field temperature':
    'Of API version 2023-06-01, which a setting chooses; the SDK has the later one.',
  'ours alone: field top_*': 'Of API version 2023-06-01, which a setting chooses; the SDK has the later one.',
  'ours alone: type null of messages[]<user>.content[]<search_result>.citations':
    'As of documents, where the SDK has it; the API takes null as left out.',
  'ours alone: value "*code_execution_output" of *<*code_execution_tool_result>*':
    'One form for what both tools of execution print.',
  'ours alone: value "code_execution_20260521" of *.caller<*>.type':
    'The SDK has this tool among allowed_callers, so that a call can come from it.',
});

const apiReference = 'Of the API reference, which lists more than version 3.1 of the SDK.';
const saysNothing =
  'The SDK calls everything optional; without it this says nothing, and the API refuses it.';
const emptyForm = 'Has no members yet in the SDK; options come here first, and a false error is worse.';

const gemini: readonly Exception[] = [
  ...of('gemini/generate-content', {
    'ours alone: field model': 'The request has it in the API reference; the SDK writes it into the url.',
    'ours alone: field generationConfig.enableAffectiveDialog': apiReference,
    'ours alone: field generationConfig.responseFormat': apiReference,
    'ours alone: field generationConfig.translationConfig': apiReference,
    'ours alone: value "HARM_CATEGORY_*" of safetySettings[].category': apiReference,
    'ours alone: needs *': saysNothing,
    'ours alone: anything in generationConfig.audioTranscriptionConfig.languageAuto': emptyForm,
    'ours alone: anything in tools[].codeExecution': emptyForm,
    'ours alone: anything in tools[].googleSearch.searchTypes.*': emptyForm,
    'ours alone: anything in tools[].urlContext': emptyForm,
    'ours alone: type number of generationConfig.responseSchema.*':
      'The SDK has them as texts; in JSON of protocol buffers an int64 is either.',
    'sdk alone: type string of generationConfig.responseSchema.*':
      'A number in quotes is read as the number before the schema is asked.',
    'sdk alone: any text as generationConfig.responseModalities[]':
      'The API reference names the modalities; the SDK leaves them open.',
  }),
  ...of('gemini/embed-content', {
    'ours alone: field model': 'The request has it in the API reference; the SDK writes it into the url.',
    'ours alone: field embedContentConfig':
      'Others nest the same fields there; which is right is not settled.',
    'ours alone: needs *': saysNothing,
    'sdk alone: any text as taskType': 'The API reference names the tasks; the SDK leaves them open.',
  }),
];

export const exceptions: readonly Exception[] = [...openai, ...anthropic, ...gemini];
