#!/bin/sh
# A security scan of this checkout and the running instance, with reports as JSON and SARIF; see --help.
# The exit code is that of `astralfield scan`: 0 nothing found, 3 something to look at, 1 something bad.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

usage() {
    cat <<'TEXT'
usage: security_scan.sh [options]     every option may be spelled -BaseUrl or --base-url

  -BaseUrl URL       the instance (default: the running one on this machine)
  -OutputDir DIR     where the reports go (default: security-scan-results)

ASTRALFIELD names the program (default: astralfield of the PATH, else build/astralfield).
TEXT
}

program=${ASTRALFIELD:-$(command -v astralfield || echo "$here/../build/astralfield")}
out=security-scan-results
url=''

while [ $# -gt 0 ]; do
    given=$1
    name=$(printf '%s' "${given%%=*}" | tr -d - | tr '[:upper:]' '[:lower:]')
    shift
    case $name in
        help | h) usage && exit 0 ;;
        baseurl | outputdir) ;;
        *) echo "security_scan: there is no option $given (see --help)" >&2 && exit 2 ;;
    esac
    case $given in
        *=*) value=${given#*=} ;;
        *) [ $# -gt 0 ] || { echo "security_scan: $given needs a value" >&2; exit 2; }
            value=$1 && shift ;;
    esac
    case $name in
        baseurl) url=$value ;;
        outputdir) out=$value ;;
    esac
done

set -- scan --full --out "$out"
[ ! -f "$here/../src/base/slice.h" ] || set -- "$@" --source "$here/.."
[ ! -f "$here/../deploy/advisories.json" ] || set -- "$@" --advisories "$here/../deploy/advisories.json"
[ -z "$url" ] || set -- "$@" --url "$url"
exec "$program" "$@"
