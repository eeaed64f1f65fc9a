#!/usr/bin/env bash
# The scripts of the recipes, run as a cluster would run them: scripts.sh BINARY [SHELLCHECK]
set -euo pipefail
binary=$(realpath "$1") shellcheck=${2:-shellcheck}
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
selection=(--undirected --setups 1600 --stories 400)

if command -v "$shellcheck" >/dev/null; then
  "$shellcheck" distributed/part.sh distributed/merge.sh distributed/tests/*.sh
  "$shellcheck" --shell=bash distributed/slurm/*.sbatch
  echo "shellcheck: clean"
else
  echo "skipped: there is no shellcheck"
fi

"$binary" --quiet run "${selection[@]}" --results "$work/whole" >/dev/null

# Three tasks of an array, side by side, with 7 ranges among them; then what is missing and damaged, in a second call.
export RESULTS=$work/slurm DASDLAB=$binary RANGES=7 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10
array() {
  local tasks=() status=0
  for id in 10 11 12; do
    SLURM_ARRAY_TASK_ID=$id bash distributed/slurm/campaign.sbatch "${selection[@]}" 2>>"$work/log" &
    tasks+=($!)
  done
  for task in "${tasks[@]}"; do wait "$task" || status=$?; done
  return "$status"
}
same() { cmp "$1" "$work"/whole/*-*.jsonl; }
array
bash distributed/slurm/merge.sbatch -o "$work/slurm.jsonl" >/dev/null 2>&1
same "$work/slurm.jsonl"
rm "$RESULTS"/0000000000-*
truncate --size=-10 "$RESULTS"/*-0000002000.jsonl
status=0
bash distributed/slurm/merge.sbatch >/dev/null 2>"$work/merge.log" || status=$?
[ "$status" = 75 ] && grep -q 'without 0..285' "$work/merge.log"
before=$(grep -c 'attempt 1' "$work/log")
array
[ $(($(grep -c 'attempt 1' "$work/log") - before)) = 2 ]
bash distributed/slurm/merge.sbatch -o "$work/again.jsonl" >/dev/null 2>&1
same "$work/again.jsonl"
echo "slurm: 3 tasks with 7 ranges, and again with one missing and one damaged: the bytes of the undivided run"

# What a part does about the ends of dasdlab.
check() { # code, how often, expected exit, expected calls
  local status=0
  rm -rf "$work/flaky" "$work/parts"
  mkdir "$work/flaky"
  FLAKY_BINARY=$binary FLAKY_FOLDER=$work/flaky FLAKY_TIMES=$2 FLAKY_CODE=$1 DASDLAB=$PWD/distributed/tests/flaky.sh \
    sh distributed/part.sh 2 3 "$work/parts" setups --setups 30 2>>"$work/log" || status=$?
  local calls
  calls=$(find "$work/flaky" -name 'call-*' | wc -l)
  if [ "$status $calls" != "$3 $4" ]; then
    echo "dasdlab ends $2 times with $1: the part ended with $status after $calls calls, expected $3 after $4"
    exit 1
  fi
  if [ "$3" = 0 ]; then "$binary" --quiet verify-report "$work/parts" >/dev/null; fi
}
chmod +x distributed/tests/flaky.sh
check 0 0 0 1
check late 1 0 1
check 75 1 0 2
check kill 2 0 3
check 70 1 0 2
check 75 9 75 3
check 2 9 2 1
check 3 9 3 1
check 4 9 4 1
check 5 9 5 1
status=0
sh distributed/part.sh 1 3 "$work/parts" setups --setups 31 2>>"$work/log" || status=$?
[ "$status" = 2 ] # another run
echo "part.sh: 11 ends of dasdlab understood"
