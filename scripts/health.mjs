/** Ends with 0 where the server of this container answers: for the health checks of the Dockerfile and the compose file. */
const port = process.env.MUSTER_HTTP_PORT || 8080;
const healthy = await fetch(`http://127.0.0.1:${port}/api/v1/health`).then(
  ({ ok }) => ok,
  () => false,
);
process.exit(healthy ? 0 : 1);
