/** Functions of the kernel whose calls the model can count. */

/**
 * Each call is an event of its own, and so is its return.
 * @example
 * ```ts
 * import { TRACED_FUNCTIONS } from "@forkpath/events";
 * console.log(TRACED_FUNCTIONS.includes("copy_page_range")); // true
 * ```
 */
export const TRACED_FUNCTIONS: readonly string[] = [
  ...["do_fork", "copy_process", "dup_task_struct", "copy_creds", "try_module_get", "mpol_dup"],
  ...["perf_event_init_task", "audit_alloc", "copy_semundo", "copy_files", "copy_fs"],
  ...["copy_sighand", "copy_signal", "copy_mm", "copy_namespaces", "copy_io", "copy_thread"],
  ...["alloc_pid", "ns_cgroup_clone", "dup_mm", "dup_mmap", "vma_start_write", "anon_vma_fork"],
  ...["copy_page_range", "copy_pud_range", "copy_pmd_range", "copy_pte_range", "copy_huge_pmd"],
  ...["handle_mm_fault", "do_anonymous_page", "do_linear_fault", "do_nonlinear_fault"],
  ...["do_swap_page", "do_wp_page", "do_huge_pmd_anonymous_page", "do_huge_pmd_wp_page"],
  ...["collapse_huge_page", "__collapse_huge_page_copy", "populate_range"],
  ...["do_execve", "bprm_mm_init", "mm_alloc", "copy_strings", "acct_arg_size"],
  ...["search_binary_handler", "flush_old_exec", "de_thread", "exec_mmap", "setup_arg_pages"],
  ...["create_elf_tables", "do_exit", "exit_mm", "exit_mmap", "mmput"],
];

/** Too small, or called too often, to be told one by one: events say how often each was called. */
export const COUNTED_FUNCTIONS: readonly string[] = [
  ...["copy_one_pte", "add_mm_rss", "flush_tlb_mm", "flush_tlb_range", "swap_duplicate"],
  ...["anon_vma_clone", "__pud_alloc", "__pmd_alloc", "__pte_alloc"],
];
