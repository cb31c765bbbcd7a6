/** Text that comes from outside, made harmless for whoever reads it. */

/**
 * Without control characters, nor those that turn the direction of writing (Unicode Technical Report 36, 2.1): what
 * stands in AWS or in a directory must not steer the reader's terminal, or show another text than it is.
 */
export function clean(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "�");
}

/** As `clean`, but lines stay lines, and tabs tabs. */
export function cleanLines(text: string): string {
  return text.replace(/[^\n\t]+/g, clean);
}
