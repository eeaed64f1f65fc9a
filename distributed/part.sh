#!/bin/sh
# One part of a run, its result kept in a folder that all machines have:
#
#     part.sh K N RESULTS ARGUMENT...
#
# judges the K-th of N parts of `dasdlab run ARGUMENT...`, in a folder of its own on this machine, and then puts the file into
# RESULTS, whole or not at all. A part that is there and holds true is not judged again. Ends with 0 when the part is there,
# also where its verdict is bad: merging says that. Otherwise with dasdlab's exit code: 2 to 5 cannot be mended by asking again.
#
# DASDLAB   the program (dasdlab)
# THREADS   how many scenarios are judged at once (1)
# ATTEMPTS  how often a part is tried whose process fails (3)
set -eu

dasdlab=${DASDLAB:-dasdlab}
threads=${THREADS:-1}
attempts=${ATTEMPTS:-3}
if [ $# -lt 3 ]; then
  echo "usage: part.sh K N RESULTS [ARGUMENT...]" >&2
  exit 2
fi
k=$1 n=$2 results=$3
shift 3

scratch=$(mktemp -d "${TMPDIR:-/tmp}/dasdlab-part.XXXXXX")
child=
staged=
trap 'rm -rf "$scratch" ${staged:+"$staged"}' EXIT
trap 'stop 130' INT
trap 'stop 143' TERM

# Asked to end: dasdlab ends first.
stop() {
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null || :
    wait "$child" || :
  fi
  exit "$1"
}

# Puts a file into RESULTS under its name. Whoever writes the same part writes the same bytes.
put() {
  staged=$results/.$(basename "$1").$$.$(uname -n).tmp
  cp "$1" "$staged" && sync "$staged" && mv -f "$staged" "$results/$(basename "$1")" || return 75
  staged=
}

# Dasdlab says how long the run is, and refuses at once what it does not take.
mkdir -p "$results"
"$dasdlab" --quiet run "$@" --partition 0..0 --results "$scratch/plan" >/dev/null
pieces=$(sed -n 's/^ *"pieces": *\([0-9][0-9]*\),*$/\1/p' "$scratch/plan/run.json")
if [ ! -e "$results/run.json" ]; then
  put "$scratch/plan/run.json" || exit 75
fi
if ! cmp -s "$scratch/plan/run.json" "$results/run.json"; then
  echo "part $k/$n: $results/run.json is of another run, version or implementation: name another folder" >&2
  exit 2
fi

name=$(printf '%010d-%010d.jsonl' $((pieces * (k - 1) / n)) $((pieces * k / n)))
if [ -e "$results/$name" ]; then
  if "$dasdlab" --quiet verify-report "$results/$name" >/dev/null; then
    echo "part $k/$n: $name is there" >&2
    exit 0
  fi
  echo "part $k/$n: $name is damaged: put aside, and done again" >&2
  mv -f "$results/$name" "$results/$name.damaged"
fi

attempt=1
while :; do
  echo "part $k/$n: $name, attempt $attempt of $attempts" >&2
  rm -rf "$scratch/results"
  "$dasdlab" --quiet run "$@" --threads "$threads" --partition "$k/$n" --results "$scratch/results" >/dev/null &
  child=$!
  code=0
  wait "$child" || code=$?
  child=
  case $code in
    0 | 1 | 70)
      # A verdict, if the part was judged to its end.
      if [ -e "$scratch/results/$name" ]; then
        put "$scratch/results/$name" && exit 0
        code=75
      fi
      ;;
    2 | 3 | 4 | 5)
      echo "part $k/$n: dasdlab ended with $code" >&2
      exit "$code"
      ;;
  esac
  echo "part $k/$n: failed with $code" >&2
  # 75 asks whoever started this to try again, perhaps elsewhere.
  if [ "$attempt" -ge "$attempts" ]; then
    exit 75
  fi
  sleep "$attempt"
  attempt=$((attempt + 1))
done
