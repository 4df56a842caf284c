/** The border check that several files of this package share. */
import { Level, type PageTables } from "./tables.ts";

/** @modelOnly a border check */
export function expectPgd(where: string, tables: PageTables, row: number): void {
  if (tables.levelOf[row] !== Level.PGD) {
    throw new RangeError(`${where}: pgd must be the row of a pgd table, got ${row}`);
  }
}
