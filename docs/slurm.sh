#!/bin/sh
# Cross-validation as a Slurm job array: each task trains one fold, which it learns
# from SLURM_ARRAY_TASK_ID. See CROSS-VALIDATION.md.
#
#   sbatch docs/slurm.sh DATA RUNS [FLAGS of trainer train]
#
# DATA is the data set, RUNS an existing folder that all nodes see.
#SBATCH --job-name=lungct-folds
#SBATCH --array=0-4
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=24:00:00
#SBATCH --output=lungct-%A-%a.log
#SBATCH --requeue
set -eu

data=${1:?data set} runs=${2:?folder for the runs}
shift 2
run=$runs/fold-$SLURM_ARRAY_TASK_ID
threads=${SLURM_CPUS_PER_TASK:-1}

# A task that was requeued goes on where its checkpoint stands.
if [ -f "$run.run/checkpoint.safetensors" ]; then
  exec trainer train --resume "$run.run" --threads "$threads"
fi
exec trainer train "$data" -o "$run.safetensors" --force \
  --fold "auto/$SLURM_ARRAY_TASK_COUNT" --threads "$threads" "$@"
