#!/bin/sh
# Terraform, with the workspace as the environment: `guarded-terraform.sh apply` in workspace prod needs prod's account.
# Reading is free; what writes is guarded.
set -eu
case "${1:-}" in
apply | destroy | import | taint | untaint | refresh | state)
  exec bulkhead-env require "$(terraform workspace show)" -- terraform "$@"
  ;;
*)
  exec terraform "$@"
  ;;
esac
