/**
 * Text of a user on its way to a terminal: control characters are written as escapes, so that a
 * name in a file cannot move the cursor, ring, or turn round what is read.
 */
import type { Terminal } from "./terminal.ts";

/** All but tab and newline; what sets a colour comes first, as a whole. */
const STEERING = /(?!\P{Cc})[^\t\n](\[\d+m)?|[\u2028\u2029\p{Bidi_Control}]/gu;

/** As JSON writes them, so that a text of JSON stays one. */
const escaped = (one: string): string =>
  `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}${one.slice(1)}`;

const ESCAPE = 0x1b;
const isColor = (one: string): boolean => one.length > 1 && one.charCodeAt(0) === ESCAPE;

const visible = (text: string, hasColors: boolean): string =>
  text.replace(STEERING, (one) => (hasColors && isColor(one) ? one : escaped(one)));

/** A terminal that gets nothing but text, and the colours that commands give it. */
export const onlyText = (terminal: Terminal): Terminal => ({
  get stdin() {
    return terminal.stdin;
  },
  env: terminal.env,
  colors: terminal.colors,
  columns: terminal.columns,
  status: terminal.status,
  out: (text) => terminal.out(visible(text, terminal.colors.isColorSupported)),
  err: (text) => terminal.err(visible(text, false)),
  onInterrupt: (listener) => terminal.onInterrupt(listener),
});
