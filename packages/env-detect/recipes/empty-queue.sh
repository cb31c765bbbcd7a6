#!/bin/sh
# A script that destroys: AWS itself must say that this is the sandbox (--prove), or nothing is touched.
set -eu
queue_url=$1
exec bulkhead-env require dev --prove -- aws sqs purge-queue --queue-url "$queue_url"
