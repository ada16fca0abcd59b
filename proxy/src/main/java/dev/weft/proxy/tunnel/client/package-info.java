/** Tunnels that this sidecar opens: the pool of each event loop, and the renewal of their proofs. */
@NullMarked
package dev.weft.proxy.tunnel.client;

import org.jspecify.annotations.NullMarked;
