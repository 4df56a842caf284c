/** docs/defects.md says what the list and the specifications say today. */
import { listDefects, listFates } from "@forkpath/scenario";
import { expect, test } from "vitest";
import { readDocument } from "../../documents/blocks.ts";
import { defectsPage } from "../../documents/defects.ts";

const read = (path: string): string => readDocument(`docs/${path}`);
const specifications = {
  el6: read("spec/11-defects.md"),
  linux6: read("spec-linux6/08-ledger.md"),
};

test("the page is current: `pnpm document` writes it", () => {
  expect(read("defects.md")).toBe(defectsPage(listDefects(), specifications));
});

test("the package tells of 6.18 what the specification does", () => {
  const rows = [
    ...specifications.linux6.matchAll(/<a id="L27-(D\d+)"><\/a>D\d+ \|(.+)\|(.+)\|$/gm),
  ];
  const plain = (cell = ""): string =>
    cell
      .replace(/ ?\[(?:live|D)\]/g, "")
      .replace(/[*`]/g, "")
      .trim();
  expect(listFates()).toEqual(
    rows.map(([, id, status, reason]) => ({ id, status: plain(status), reason: plain(reason) })),
  );
});

test("a defect that a specification does not know is refused", () => {
  const stranger = { ...listDefects()[0]!, id: "D99" };
  expect(() => defectsPage([stranger], specifications)).toThrow("el6 does not describe D99");
  const el6 = '<a id="D99"></a>**D99 – something new.** [V]\n';
  expect(() => defectsPage([stranger], { ...specifications, el6 })).toThrow("became of D99");
});
