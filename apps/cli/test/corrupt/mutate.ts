/** Ways to break a text or a word: what typing, cutting, copying and malice do to them. */
import type { Chance } from "./random.ts";

/** What a program may not expect where a number or a name should stand. */
const ABSURD: readonly string[] = [
  ..."0|-1|1.5|1e999|0x10|NaN|9007199254740993|99999999999999999999|1_000|1 TB|4096 PB".split("|"),
  ..."__proto__|constructor|toString|hasOwnProperty|null|true|~|[]|{}|''|*|&a|*a|<<|!!binary x".split(
    "|",
  ),
  ..."2026-01-01|\u001b[31m|\u0000|\u202e|\ufeff|é|𝒳|/|..|%s|$(id)|\\|'|\"|`|-|--|@|#".split("|"),
];

type Mutation = (text: string, chance: Chance) => string;

const span = (text: string, chance: Chance): readonly [number, number] => {
  const from = chance.below(text.length + 1);
  return [from, Math.min(text.length, from + 1 + chance.below(20))];
};

/** One of the places that `pattern` finds gets an absurd text. */
const replaceOne =
  (pattern: RegExp): Mutation =>
  (text, chance) => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return text + chance.pick(ABSURD);
    const { index, 0: old } = chance.pick(found);
    return text.slice(0, index) + chance.pick(ABSURD) + text.slice(index + old.length);
  };

const onLines =
  (change: (lines: string[], at: number, chance: Chance) => void): Mutation =>
  (text, chance) => {
    const lines = text.split("\n");
    change(lines, chance.below(lines.length), chance);
    return lines.join("\n");
  };

const MUTATIONS: readonly Mutation[] = [
  (text, chance) => text.slice(0, chance.below(text.length + 1)),
  (text, chance) => {
    const [from, to] = span(text, chance);
    return text.slice(0, from) + text.slice(to);
  },
  (text, chance) => {
    const [from, to] = span(text, chance);
    return text.slice(0, to) + text.slice(from);
  },
  (text, chance) => {
    const at = chance.below(text.length + 1);
    return text.slice(0, at) + chance.pick([...":{}[],&*!|>'\"%@\\`#\t\r\u0000"]) + text.slice(at);
  },
  replaceOne(/-?\d+/g),
  replaceOne(/-?\d+/g),
  replaceOne(/[A-Za-z_]\w*/g),
  replaceOne(/[A-Za-z_]\w*/g),
  onLines((lines, at) => void lines.splice(at, 1)),
  onLines((lines, at) => void lines.splice(at, 0, lines[at])),
  onLines((lines, at, chance) => {
    const other = chance.below(lines.length);
    [lines[at], lines[other]] = [lines[other], lines[at]];
  }),
  onLines((lines, at, chance) => {
    lines[at] = " ".repeat(chance.below(6)) + lines[at].trimStart();
  }),
];

/** Breaks a text in one to three places. */
export function breakText(text: string, chance: Chance): string {
  let broken = text;
  for (let left = 1 + chance.below(3); left > 0; left--) {
    broken = chance.pick(MUTATIONS)(broken, chance);
  }
  return broken;
}

/** The bytes of a text, now and then in an encoding that nobody asked for, or with a wrong byte. */
export function encode(text: string, chance: Chance): Buffer {
  const dice = chance.below(20);
  if (dice === 0) return Buffer.from(`\ufeff${text}`, "utf16le");
  if (dice === 1) return Buffer.from(`\ufeff${text}`, "utf16le").swap16();
  const bytes = Buffer.from(text);
  if (dice < 4 && bytes.length > 0) bytes[chance.below(bytes.length)] = chance.below(256);
  return bytes;
}

/** Breaks a command line in one word, never its first: that one chooses the command. */
export function breakWords(words: readonly string[], chance: Chance): readonly string[] {
  const at = 1 + chance.below(Math.max(1, words.length - 1));
  const word = words[at] ?? "";
  const half = word.slice(0, chance.below(word.length + 1));
  return chance.pick([
    () => words.toSpliced(at, 1, chance.pick(ABSURD)),
    () => words.toSpliced(at, 1, chance.pick(ABSURD)),
    () => words.toSpliced(at, 1, half),
    () => words.toSpliced(at, 1, half + chance.pick(ABSURD)),
    () => words.toSpliced(at, 1, ""),
    () => words.toSpliced(at, 1),
    () => words.toSpliced(at, 0, word),
    () => words.toSpliced(at, 0, chance.pick(ABSURD)),
    () => [...words, chance.pick(ABSURD)],
    () => [...words, `--${chance.pick(["json", "cured", "help", "nonsense", "strategy", "o"])}`],
  ])();
}
