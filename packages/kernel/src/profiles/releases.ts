/** Which source stands behind each profile (M0.1). */
import type { KernelName } from "@forkpath/abi";

/** The source that a profile was made from. */
export interface Release {
  /** As `uname -r` or a tag says it. */
  readonly tree: string;
  /** Whose it is: empty for an upstream release. */
  readonly of: string;
  /** The running kernel that histories were recorded on; null where none were. */
  readonly recordedOn: string | null;
}

const upstream = (tree: string, recordedOn: string | null = null): Release => ({
  tree,
  of: "",
  recordedOn,
});

/**
 * By the names of the axis.
 * @modelOnly where the rules come from
 */
export const RELEASES: Readonly<Record<KernelName, Release>> = {
  el6: { tree: "2.6.32-642.6.2", of: "RHEL 6", recordedOn: "2.6.32-642.6.2" },
  "v3.10": upstream("3.10.17"),
  rhel7: { tree: "3.10.0-1160", of: "RHEL 7", recordedOn: null },
  "v4.4": upstream("4.4.1"),
  "v4.14": upstream("4.14.177"),
  rhel8: { tree: "4.18.0-240", of: "RHEL 8.3", recordedOn: null },
  "v5.4": upstream("5.4.6"),
  "v5.10": upstream("5.10.7"),
  "v5.14": upstream("5.14.2"),
  "v5.19": upstream("5.19.0"),
  "v6.1": upstream("6.1.0-rc7", "6.1.0-56-cloud-amd64"),
  "v6.12": upstream("6.12.0"),
  "v6.18": upstream("6.18.4", "6.18.44"),
};
