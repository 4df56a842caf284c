#!/bin/sh
#SBATCH --job-name=forkpath
#SBATCH --array=0-7
#SBATCH --cpus-per-task=1
#SBATCH --mem=512M
# Explores one litmus in eight tasks, each of which knows its part by SLURM_ARRAY_TASK_ID.
npx forkpath explore "${LITMUS:-d42-two-stacks}" --everywhere --shards 8 --json > "part-$SLURM_ARRAY_TASK_ID.json" || test $? = 1
