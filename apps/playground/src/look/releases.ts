/** Releases of the kernel that a machine can be of. */
export { KERNELS as RELEASES } from "@forkpath/abi";
