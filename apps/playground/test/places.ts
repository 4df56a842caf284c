/** Places of a text, the cursor where the bar is, and some of the words that fit there. */
type Named = readonly [name: string, drawn: string, wanted: readonly string[]];

export const PLACES: readonly Named[] = [
  ["the outermost keys", "ti|", ["title", "steps", "processes", "machine"]],
  ["keys that are there already are left out", "title: x\n|", ["machine", "steps"]],
  ["the machine, in block style", "machine:\n  mem|", ["memory", "swap", "kernel"]],
  ["the machine, in flow style", "machine: { memory: 1M, k| }", ["kernel", "nrCpus"]],
  ["a value of a few", "machine: { kernel: v| }", ["el6", "v6.18"]],
  ["a flag", "processes:\n  a: { admin: | }", ["true", "false"]],
  ["a mapping in a mapping", "processes:\n  a:\n    mappings:\n      heap: { k|", ["kind", "size"]],
  ["its kind", "processes:\n  a:\n    mappings:\n      heap: { kind: s|", ["stack", "shmem"]],
  ["a step, in block style", "steps:\n  - fo|", ["fork", "write", "exit"]],
  ["a second key of a step", "steps:\n  - fork: a\n    |", ["as", "times", "note"]],
  ["a step, in flow style", "steps:\n  - { fork: a, a|", ["as", "times"]],
  ["a list that is not indented", "steps:\n- fork: a\n  no|", ["note", "expect"]],
  [
    "expectations of a step",
    "steps:\n  - fork: a\n    expect:\n      - { process: a, Vm|",
    ["VmRSS"],
  ],
  ["a list inside of brackets", "steps: [{ fork: a }, { wr|", ["write"]],
];
