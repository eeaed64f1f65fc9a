#!/bin/sh
# Proves that all parts of a run are there, and reports as the undivided run would:
#
#     merge.sh RESULTS [ARGUMENT...]
#
# ARGUMENTs go to `dasdlab merge`: -o FILE, --expectations FILE, --report FORMAT=PATH. Ends as the undivided run would: 0 good,
# 1 bad; 75 where parts are missing or damaged: start those that failed again.
#
# DASDLAB   the program (dasdlab)
set -eu

dasdlab=${DASDLAB:-dasdlab}
if [ $# -lt 1 ]; then
  echo "usage: merge.sh RESULTS [ARGUMENT...]" >&2
  exit 2
fi
results=$1
shift
lines=$(mktemp "${TMPDIR:-/tmp}/dasdlab-merge.XXXXXX")
trap 'rm -f "$lines"' EXIT
if ! "$dasdlab" verify-report --whole "$results" >"$lines"; then
  grep -v ': adds up: ' "$lines" >&2 || :
  echo "the results in $results do not add up" >&2
  exit 75
fi
code=0
"$dasdlab" merge "$results" "$@" || code=$?
exit "$code"
