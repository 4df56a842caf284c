/** The README's example, run. */
import { expect, test } from "vitest";
import {
  dfs,
  dpor,
  explore,
  type Point,
  type Program,
  replay,
  sameObject,
  shrink,
  type ThreadBody,
} from "../src/index.ts";

const READ = 0;
const WRITE = 1;

class Account {
  balance = 100;

  point(kind: number): Point {
    return { kind, object: this, label: "balance", ready: () => true };
  }
}

function* deposit(account: Account, amount: number): ThreadBody {
  yield account.point(READ);
  const balance = account.balance;
  yield account.point(WRITE);
  account.balance = balance + amount;
  return amount;
}

test("the example of the README", () => {
  const program: Program<Account> = {
    name: "two deposits",
    setup: () => new Account(), // anew for each schedule
    threads: (account) => [
      { name: "ann", run: deposit(account, 10) },
      { name: "bob", run: deposit(account, 20) },
    ],
    outcome: ({ balance }) => `${balance}`,
    final: ({ balance }) => (balance === 130 ? undefined : "a deposit is lost"),
  };

  const all = explore(program, dfs());
  expect(all.schedules).toBe(6);
  expect(all.outcomes).toEqual([
    { outcome: "110", count: 2, schedule: "v1:ab2" },
    { outcome: "120", count: 2, schedule: "v1:aba" },
    { outcome: "130", count: 2, schedule: "v1:a2" },
  ]);
  expect(all.failures).toEqual([
    { kind: "final", message: "a deposit is lost", count: 4, schedule: "v1:aba" },
  ]);
  expect(all.guarantee).toBe("every schedule");

  expect(explore(program, dpor({ dependent: sameObject([READ]) })).schedules).toBe(4);

  const plainest = shrink(program, all.failures[0].schedule);
  expect(plainest).toMatchObject({ preemptions: 1, isLeast: true });
  const { threadNames, steps } = replay(program, plainest.schedule);
  expect(steps.map(({ thread, kind }) => `${threadNames[thread]} ${kind}`)).toEqual([
    `ann ${READ}`,
    `bob ${READ}`,
    `bob ${WRITE}`,
    `ann ${WRITE}`,
  ]);
});
