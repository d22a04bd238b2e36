#!/bin/sh
# Installs Debian packages that a target needs, as root or by sudo without a password; else prints the one command and fails.
# need.sh <who needs what> <package>...
set -eu
echo "$1"
shift
asroot=
[ "$(id -u)" = 0 ] || asroot='sudo -n'
if command -v apt-get >/dev/null && $asroot true 2>/dev/null; then
  $asroot apt-get update -qq
  $asroot env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" </dev/null
else
  echo "Install with: sudo apt-get install -y $*" >&2
  exit 1
fi
