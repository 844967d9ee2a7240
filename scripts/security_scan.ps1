#!/bin/sh
# security_scan.sh under the name that runbooks know; for PowerShell and, where there is none, for sh.
echo --% >/dev/null;: ' | out-null
<#'
exec "$(dirname "$0")/security_scan.sh" "$@" #>
& "$PSScriptRoot/security_scan.sh" @args; exit $LASTEXITCODE
