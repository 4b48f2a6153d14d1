#!/bin/sh
# Print a Python that clustersim supports (3.11 or newer, with venv). --all prints one for each version; --explain says what is missing.
# A shim on the PATH can exist and still fail, so each candidate is run.
works() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1
}
candidates() {
  for version in 3.12 3.13 3.11 3.14; do
    command -v "python$version" 2>/dev/null
    for folder in "$HOME"/.pyenv/versions/"$version"*/bin /usr/local/bin /usr/bin /opt/homebrew/bin; do
      [ -x "$folder/python$version" ] && echo "$folder/python$version"
    done
  done
  command -v python3 2>/dev/null
}
if [ "$1" = "--explain" ]; then
  echo "clustersim needs Python 3.11 or newer with the venv module; install python3.12 and python3.12-venv (or use pyenv)" >&2
  exit 1
fi
seen=" "
candidates | while read -r python; do
  works "$python" || continue
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  case "$seen" in *" $version "*) continue ;; esac
  seen="$seen$version "
  echo "$python"
  [ "$1" = "--all" ] || break
done
