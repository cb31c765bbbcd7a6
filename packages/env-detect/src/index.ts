/** Which AWS account and environment am I in? Public API. */

export { detectEnvironment } from "./detect.ts";
export { EnvironmentError, exitStatuses, type ErrorCode } from "./errors.ts";
export { verifyIdentityDocument, type IdentityDocument } from "./identity-document.ts";
export type {
  AccountMap,
  Call,
  CredentialProvider,
  Credentials,
  DetectOptions,
  Environment,
  Evidence,
  Fact,
  Platform,
  Side,
  Trust,
  Unanswered,
} from "./model.ts";
export { consent, type Consent } from "./consent.ts";
export { protect, type ProtectRules } from "./protect.ts";
export { requireEnvironment, type Expectation, type RequireOptions } from "./require.ts";
