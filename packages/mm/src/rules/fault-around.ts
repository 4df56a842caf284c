/**
 * What a read of a file's page maps besides that page (L16, M26).
 *
 *    since    neighbours                                   the entry of a dirty page
 *    el6      none                                         clean
 *    v4.4     up to 16 in a row that are in the cache      clean
 *    v6.18    the same                                     dirty at once, where it is writable
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";

export const faultAroundPages: Rule<number> = {
  decides: "how many pages of a file one read maps",
  answers: [
    { since: "el6", does: "the one that is read", by: 1, source: "SPEC §9.7" },
    { since: "v4.4", does: "up to 16", by: 16, source: "L16/2", first: "3.15" },
  ],
  read: M26_COLUMNS,
};

/**
 * Of a file on a disk: a fault behind its end finds no neighbour then, though the page is in the
 * cache. Where there is a table it does; and of shared memory.
 */
export const mapsLastAlone: Rule<boolean> = {
  decides: "whether a read makes a table for a file's last page, if it finds no other",
  answers: [
    { since: "el6", does: "yes", by: true, source: "SPEC §9.7" },
    { since: "v6.18", does: "no", by: false, source: "recorded: live 6.18.44" },
  ],
};

export const mapsDirty: Rule<boolean> = {
  decides: "how a read maps a dirty page writable",
  answers: [
    { since: "el6", does: "clean", by: false, source: "SPEC §9.7" },
    { since: "v6.18", does: "dirty at once", by: true, source: "recorded: c06, c08, m02" },
  ],
};
