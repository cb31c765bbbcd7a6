#!/bin/sh
# A container's entry point: the service starts only in the environment that the deployment names.
#
#   ENTRYPOINT ["/container-entrypoint.sh"]
#   CMD ["node", "server.js"]
#
# exec: signals of the runtime (docker stop, ECS) reach bulkhead-env, which hands them to the service.
exec bulkhead-env require "${DEPLOY_ENVIRONMENT:?}" ${DEPLOY_REGION:+--region "$DEPLOY_REGION"} -- "$@"
