/** How long a call may take that carries much. */

/** What every call has. */
const answerMs = 60_000;
/** A line of 1 Mbit/s; whoever has less waits in vain. */
const bytesPerMs = 125;

/** The options of a call with a body of so many bytes: by default, one that is still being sent after a minute fails. */
export function patienceFor(bytes: number): { readonly requestTimeout: number } {
  return { requestTimeout: answerMs + Math.ceil(bytes / bytesPerMs) };
}
