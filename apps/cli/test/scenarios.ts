/** Small scenarios, as the texts that go to standard input. */

const TWO_PAGES = `processes:
  parent:
    mappings:
      heap: { size: 2 pages, written: all }
steps:
`;

/** Two pages are shared by a fork, and the child writes one. Nothing is wrong with it. */
export const SHARED_PAGES: string = `title: Two pages
${TWO_PAGES}  - fork: parent
    as: child
    expect:
      - { page: child heap, mapcount: 2 }
  - write: child heap 1
expect:
  - { mapping: child heap, entries: r W }
  - { process: child, VmRSS: at least 4 kB }`;

/** Expects a third page of a heap that has two. */
export const WRONG_SIZE: string = `title: A wrong size
${TWO_PAGES}  - fork: parent
    as: child
    times: 2
expect:
  - { process: child1, VmRSS: 12 kB }
  - { process: child2, VmRSS: 8 kB }`;

/** The child counts no page for the entry of the page that is under way (SPEC §11, D3/b). */
export const MIGRATION: string = `title: A page is under way
${TWO_PAGES}  - migrateBegin: parent heap 0
  - fork: parent
    as: child
  - migrateEnd: true`;
