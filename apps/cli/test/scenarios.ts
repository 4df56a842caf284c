/** Small scenarios, as the texts that go to standard input. */

/** Two pages are shared by a fork, and the child writes one. Nothing is wrong with it. */
export const SHARED_PAGES = `title: Two pages
processes:
  parent:
    mappings:
      heap: { size: 2 pages, written: all }
steps:
  - fork: parent
    as: child
    expect:
      - { page: child heap, mapcount: 2 }
  - write: child heap 1
expect:
  - { mapping: child heap, entries: r W }
  - { process: child, VmRSS: at least 4 kB }`;

/** Expects a third page of a heap that has two. */
export const WRONG_SIZE = `title: A wrong size
processes:
  parent:
    mappings:
      heap: { size: 2 pages, written: all }
steps:
  - fork: parent
    as: child
    times: 2
expect:
  - { process: child1, VmRSS: 12 kB }
  - { process: child2, VmRSS: 8 kB }`;

/** The child counts no page for the entry of the page that is under way (SPEC §11, D3/b). */
export const MIGRATION = `title: A page is under way
processes:
  parent:
    mappings:
      heap: { size: 2 pages, written: all }
steps:
  - migrateBegin: parent heap 0
  - fork: parent
    as: child
  - migrateEnd: true`;
