#!/bin/sh
# load_test.sh under the name that runbooks know; for PowerShell and, where there is none, for sh.
echo --% >/dev/null;: ' | out-null
<#'
exec "$(dirname "$0")/load_test.sh" "$@" #>
& "$PSScriptRoot/load_test.sh" @args; exit $LASTEXITCODE
