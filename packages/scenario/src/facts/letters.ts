/**
 * Letters of entries with their repetitions: `r*3 W -` is `r r r W -`. `none` may stand for `-`,
 * which YAML would take for a list.
 */

/** The one form of a picture, so that two can be compared. */
export function shortLetters(text: string): string {
  const runs: { letter: string; times: number }[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const [head = "", times = "1"] = word.split("*");
    const letter = head === "none" ? "-" : head;
    const last = runs.at(-1);
    if (last?.letter === letter) last.times += Number(times);
    else runs.push({ letter, times: Number(times) });
  }
  return runs.map(({ letter, times }) => (times === 1 ? letter : `${letter}*${times}`)).join(" ");
}
