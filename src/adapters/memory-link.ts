import type { Link, LinkAcceptor, LinkConnector, LinkListener } from "../ports/link.ts";

/**
 * Links inside one process: the same text frames with the same checks as over WebSocket, without the sockets. Delivery is
 * asynchronous and in order, as on a socket, so that no end ever runs inside the other's call.
 */
export function memoryConnector(accept: LinkAcceptor): LinkConnector {
  return connector(accept, false);
}

/**
 * The same with frames that are handed over as they are: their text would only be written and read to be the same again. For runs of which
 * nothing but results is wanted; whatever a frame's text alone can break (its length, its syntax) is not looked at.
 */
export function handingConnector(accept: LinkAcceptor): LinkConnector {
  return connector(accept, true);
}

function connector(accept: LinkAcceptor, hands: boolean): LinkConnector {
  return (listener) => {
    const near = endpoint(hands);
    const far = endpoint(hands);
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

function endpoint(hands: boolean): Endpoint {
  const deliver = (tell: (listener: LinkListener) => void): void => {
    const { peer } = self;
    if (!self.open || peer === undefined) return;
    queueMicrotask(() => {
      if (peer.open && peer.listener !== undefined) tell(peer.listener);
    });
  };
  const self: Endpoint = {
    peer: undefined,
    listener: undefined,
    open: true,
    link: {
      send: (text) => deliver((listener) => listener.message(text)),
      hand: hands ? (frame) => deliver((listener) => listener.handed?.(frame)) : undefined,
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
