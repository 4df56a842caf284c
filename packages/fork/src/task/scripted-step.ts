/**
 * Steps of fork and exec that the model passes through without doing anything, and that can be
 * told to fail: so that the unwinding behind them can be seen.
 *
 * The map holds the status that a step answers with, 0 or a negative errno, until it is deleted.
 */

/** Kernel functions that only a script can make fail. */
export type StepName =
  | "security_task_create"
  | "try_module_get"
  | "mpol_dup"
  | "perf_event_init_task"
  | "audit_alloc"
  | "copy_semundo"
  | "copy_files"
  | "init_new_context"
  | "ksm_fork"
  | "khugepaged_fork"
  | "vma_dup_policy"
  | "copy_namespaces"
  | "copy_io"
  | "copy_thread"
  | "ns_cgroup_clone"
  | "open_exec"
  | "security_file_mmap"
  | "prepare_binprm"
  | "search_binary_handler";

/**
 * What the step answers: 0 unless a script says otherwise.
 * @modelOnly stands for the body of the kernel function that it names
 */
export const stepStatus = (
  { failStep }: { readonly failStep: ReadonlyMap<StepName, number> },
  step: StepName,
): number => failStep.get(step) ?? 0;
