#!/bin/sh
# Stands in the place of dasdlab where a test wants it to fail: the first FLAKY_TIMES ranges end with FLAKY_CODE, or by a signal where that
# is `kill`; `late` judges the range first and then ends with 1. Everything else is passed on to FLAKY_BINARY.
set -eu
case " $* " in
  *" --partition 0..0 "* | *" verify-report "* | *" merge "*) exec "$FLAKY_BINARY" "$@" ;;
esac
if mkdir "$FLAKY_FOLDER/lock" 2>/dev/null; then
  calls=$(find "$FLAKY_FOLDER" -name 'call-*' | wc -l)
  : >"$FLAKY_FOLDER/call-$calls"
  rmdir "$FLAKY_FOLDER/lock"
  if [ "$calls" -lt "$FLAKY_TIMES" ]; then
    case $FLAKY_CODE in
      kill) kill -9 $$ ;;
      late) "$FLAKY_BINARY" "$@"; exit 1 ;;
      *) echo "this is how it ends" >&2; exit "$FLAKY_CODE" ;;
    esac
  fi
fi
exec "$FLAKY_BINARY" "$@"
