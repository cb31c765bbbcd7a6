#!/bin/sh
# The CDK, with the environment as first word: `guarded-cdk.sh prod deploy PlayerStack`.
set -eu
environment=${1:?usage: guarded-cdk.sh ENVIRONMENT COMMAND …}
shift
exec bulkhead-env require "$environment" -- cdk "$@"
