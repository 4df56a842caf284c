/**
 * Text of a user in a message: control characters are written as escapes, so that a name in a file
 * cannot move the cursor, ring, or hide what was said before it.
 */
const CONTROL = /[\p{Cc}\p{Bidi_Control}]/gu;

export const visible = (text: string): string =>
  text.replace(CONTROL, (one) => (one === "\n" || one === "\t" ? one : escaped(one)));

const escaped = (one: string): string => {
  const code = one.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
};
