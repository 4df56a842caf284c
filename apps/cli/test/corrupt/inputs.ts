/** Broken inputs for every command: the same for the same seed. */
import { gzipSync } from "node:zlib";
import type { Material } from "./material.ts";
import { breakText, breakWords, encode } from "./mutate.ts";
import { Chance } from "./random.ts";

/** A command line with the files that it names. */
export interface Input {
  readonly number: number;
  readonly kind: string;
  /** A file's name stands for the file in the folder that is made for them. */
  readonly words: readonly string[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Whether nothing but exit code 2 is right: no luck makes it valid. */
  readonly mustRefuse: boolean;
}

type Made = Omit<Input, "number" | "kind" | "mustRefuse"> & { readonly mustRefuse?: boolean };
type Kind = (material: Material, chance: Chance) => Made;

/** Enough to see a litmus run, and no more. */
const QUICK = ["--strategy", "bounded:0", "--max", "20"];
const FUZZ = ["fuzz", "--steps", "20", "--seed", "7"];

const file = (bytes: Uint8Array, ...words: readonly string[]): Made => ({
  words: words.map((word) => (word === "FILE" ? "input.yaml" : word)),
  files: { "input.yaml": bytes },
});

const scenario: Kind = ({ scenarios }, chance) => {
  const bytes = encode(breakText(chance.pick(scenarios), chance), chance);
  const commands = [
    ["run", "FILE"],
    ["run", "FILE", "--check"],
    ["run", "FILE", "--json"],
    ["run", "FILE", "--kernel", "v6.18"],
    ["run", "FILE", "--kernels", "el6,v5.8+"],
    ["bisect", "FILE", "--from", "v5.4", "--to", "v5.10"],
    ["show", "FILE"],
    ["trace", "FILE", "--format", "folded"],
    ["faults", "FILE", "--step", "1"],
  ];
  return file(bytes, ...chance.pick(commands));
};

const litmus: Kind = ({ litmuses }, chance) =>
  file(encode(breakText(chance.pick(litmuses), chance), chance), "explore", "FILE", ...QUICK);

const vector: Kind = ({ vectors }, chance) => {
  const lines = [chance.pick(vectors), breakText(chance.pick(vectors), chance)];
  const plain = encode(lines.join("\n"), chance);
  return file(chance.below(4) === 0 ? gzipSync(plain) : plain, "conform", "FILE");
};

const history: Kind = ({ histories }, chance) => {
  const bytes = encode(breakText(chance.pick(histories), chance), chance);
  return file(bytes, "conform", "--kernel", "v6.1", "FILE");
};

/** The stream is cut short, or one of its bytes is another: gzip has a checksum. */
const packed: Kind = ({ vectors }, chance) => {
  const bytes = gzipSync(vectors.join("\n"));
  const at = 10 + chance.below(bytes.length - 20);
  bytes[at] ^= 1 + chance.below(255);
  const cut = bytes.subarray(0, at);
  return { ...file(chance.below(2) === 0 ? cut : bytes, "conform", "FILE"), mustRefuse: true };
};

/** A change that JSON does not see leaves it what it was; every other is found by the checksum. */
const blob: Kind = ({ blobs }, chance) => {
  const whole = chance.pick(blobs);
  const text = breakText(whole, chance);
  const files = { "1.json": encode(text, chance), "2.json": Buffer.from(chance.pick(blobs)) };
  return {
    words: ["merge", "1.json", ...(chance.below(2) === 0 ? ["2.json"] : [])],
    files,
    mustRefuse: !sameExplorations(whole, Buffer.from(files["1.json"]).toString()),
  };
};

function sameExplorations(whole: string, text: string): boolean {
  const marksOf = (one: string): string => {
    const { forkpath, version, explorations, checksum } = JSON.parse(one);
    return JSON.stringify([forkpath, version, explorations, checksum]);
  };
  try {
    return marksOf(whole) === marksOf(text);
  } catch {
    return false;
  }
}

const replay: Kind = ({ replays }, chance) => ({
  words: ["replay", breakText(chance.pick(replays), chance)],
  files: {},
});

/** A valid command line with a word that is wrong, missing or too many. */
const options: Kind = ({ scenarios, litmuses, vectors, blobs, replays }, chance) => {
  const files = {
    "s.yaml": Buffer.from(scenarios[0]),
    "l.yaml": Buffer.from(litmuses[0]),
    "v.jsonl": Buffer.from(vectors.slice(0, 5).join("\n")),
    "1.json": Buffer.from(blobs[1]),
    "2.json": Buffer.from(blobs[2]),
  };
  const lines = [
    ["demo"],
    ["run", "s.yaml", "--kernel", "v5.4"],
    ["run", "s.yaml", "--check"],
    ["run", "s.yaml", "--kernels", "v5.4..v5.14"],
    ["bisect", "s.yaml", "--from", "v5.4", "--to", "v5.10"],
    ["kernels", "v5.4", "v5.10"],
    ["show", "s.yaml", "--at", "1"],
    ["trace", "s.yaml", "--format", "folded", "--classes", "call,lock", "--last", "100"],
    ["faults", "s.yaml", "--step", "1"],
    [...FUZZ],
    ["defects", "D3"],
    ["explore", "l.yaml", ...QUICK, "--shard", "1/2"],
    ["explore", "exec-charge-shipped", "--strategy", "pct:7,3", "--max", "50"],
    ["explore", "exec-charge-split", "--strategy", "random:7", "--max", "50", "--shards", "1"],
    ["replay", replays[0], "--full"],
    ["merge", "1.json", "2.json", "--json"],
    ["conform", "v.jsonl", "--only", JSON.parse(vectors[0]).id],
    ["conform", "v.jsonl", "--kernel", "el6", "--skip", "1"],
    ["bench", "fork", "--mib", "1", "--runs", "2", "--frames", "seq"],
  ];
  return { words: breakWords(chance.pick(lines), chance), files };
};

const KINDS: Readonly<Record<string, Kind>> = {
  scenario,
  litmus,
  vector,
  history,
  packed,
  blob,
  replay,
  options,
};

/** `count` inputs, of all kinds in turn. */
export function makeInputs(seed: number, count: number, material: Material): readonly Input[] {
  const kinds = Object.entries(KINDS);
  return Array.from({ length: count }, (_, number) => {
    const [kind, make] = kinds[number % kinds.length];
    // Each has a seed of its own, so that one can be made again without the others.
    const made = make(material, new Chance(seed * 1_000_003 + number));
    return { number, kind, mustRefuse: false, ...made };
  });
}
