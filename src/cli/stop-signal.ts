/** Aborted by Ctrl-C or a request to end; the second Ctrl-C ends at once, whatever is still open. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    console.error("Stopping; Ctrl-C again to end at once.");
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}
