/** The errors of serving health. */

import { BulkheadError } from "@bulkhead/core";

export const listenMalformed = (listen: string): BulkheadError =>
  new BulkheadError({
    code: "Ssh.ListenMalformed",
    fault: "user",
    message: `${listen} isn't an address and a port to listen on.`,
    next: "Write an IP address and a port, such as 127.0.0.1:9465 or [::1]:9465.",
  });

export const listenFailed = (listen: string, cause: { readonly message: string }): BulkheadError =>
  new BulkheadError({
    code: "Ssh.ListenFailed",
    fault: "user",
    message: `Health can't be served on ${listen}: ${cause.message}`,
    next: "Is another watch running? Otherwise choose a free address with --listen.",
    cause,
  });
