/** Text from a file, on its way to a terminal: what would steer the terminal is made visible. */

/** Control characters but for tab and newline, line separators, and what turns writing around. */
const STEERING = /[^\P{Cc}\t\n]|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The escape character becomes `\u001b`, as six characters. */
export const visible = (text: string): string =>
  text.replace(STEERING, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
