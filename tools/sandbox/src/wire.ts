// Reading AWS requests and writing AWS answers, for other servers that play AWS: the bench's fixed answers.
export { errorAnswer, jsonAnswer, makeAnswer, Refusal } from "./answer.ts";
export type { Answer } from "./answer.ts";
export { Faults } from "./faults.ts";
export { parseRequest } from "./request.ts";
export type { AwsRequest, Fields } from "./request.ts";
