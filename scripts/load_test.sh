#!/bin/sh
# A load test against a running instance, with a report as JSON and Markdown; see --help.
# The exit code is that of `astralfield loadtest`: 0 objectives met, 1 not, 3 turned away by rate limits.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

usage() {
    cat <<'TEXT'
usage: load_test.sh [options]         every option may be spelled -BaseUrl or --base-url

  -BaseUrl URL       the instance (default: the running one on this machine)
  -Duration 60s      how long it is measured (default: the profile's)
  -VUs 25            virtual users (default: the profile's)
  -OutputDir DIR     where the reports go (default: load-test-results)
  -TestProfile NAME  production, staging, load, stress, sunday, draft, waiver, mixed
  -SkipWarmup        count from the first request on
  -Verbose           show what is run

ASTRALFIELD names the program (default: astralfield of the PATH, else build/astralfield).
TEXT
}

program=${ASTRALFIELD:-$(command -v astralfield || echo "$here/../build/astralfield")}
out=load-test-results
url='' duration='' users='' profile=production skip='' verbose=''

while [ $# -gt 0 ]; do
    given=$1
    name=$(printf '%s' "${given%%=*}" | tr -d - | tr '[:upper:]' '[:lower:]')
    shift
    case $name in
        skipwarmup) skip=yes && continue ;;
        verbose) verbose=yes && continue ;;
        help | h) usage && exit 0 ;;
        baseurl | duration | vus | outputdir | testprofile) ;;
        *) echo "load_test: there is no option $given (see --help)" >&2 && exit 2 ;;
    esac
    case $given in
        *=*) value=${given#*=} ;;
        *) [ $# -gt 0 ] || { echo "load_test: $given needs a value" >&2; exit 2; }
            value=$1 && shift ;;
    esac
    case $name in
        baseurl) url=$value ;;
        duration) duration=$value ;;
        vus) users=$value ;;
        outputdir) out=$value ;;
        testprofile) profile=$value ;;
    esac
done

set -- loadtest --profile "$profile" --out "$out"
[ -z "$url" ] || set -- "$@" --url "$url"
[ -z "$duration" ] || set -- "$@" --for "$duration"
[ -z "$users" ] || set -- "$@" --vus "$users"
[ -z "$skip" ] || set -- "$@" --skip-warmup
[ -z "$verbose" ] || echo "$program $*" >&2
exec "$program" "$@"
