/** Text that comes from outside, made harmless for whoever reads it. */

/** Without control characters: what stands in AWS or in a directory must not steer the reader's terminal. */
export function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "�");
}
