/** Tunnels that this sidecar opens: the pool of each event loop, and proving them again. */
@NullMarked
package dev.weft.proxy.tunnel.client;

import org.jspecify.annotations.NullMarked;
