import type { Link, LinkAcceptor, LinkConnector, LinkListener } from "../ports/link.ts";

/**
 * Links inside one process: the same text frames with the same checks as over WebSocket, without the sockets. Delivery is
 * asynchronous and in order, as on a socket, so that no end ever runs inside the other's call.
 */
export function memoryConnector(accept: LinkAcceptor): LinkConnector {
  return (listener) => {
    const near = endpoint();
    const far = endpoint();
    near.peer = far;
    far.peer = near;
    near.listener = listener;
    far.listener = accept(far.link);
    return Promise.resolve(near.link);
  };
}

type Endpoint = {
  peer: Endpoint | undefined;
  listener: LinkListener | undefined;
  open: boolean;
  readonly link: Link;
};

function endpoint(): Endpoint {
  const self: Endpoint = {
    peer: undefined,
    listener: undefined,
    open: true,
    link: {
      send: (text) => {
        const { peer } = self;
        if (!self.open || peer === undefined) return;
        queueMicrotask(() => {
          if (peer.open) peer.listener?.message(text);
        });
      },
      close: (_code, reason) => {
        const { peer } = self;
        if (!self.open || peer === undefined) return;
        self.open = false;
        queueMicrotask(() => self.listener?.closed(reason));
        // Behind what was sent before: the other end reads the last words first.
        queueMicrotask(() => {
          if (!peer.open) return;
          peer.open = false;
          peer.listener?.closed(reason);
        });
      },
    },
  };
  return self;
}
