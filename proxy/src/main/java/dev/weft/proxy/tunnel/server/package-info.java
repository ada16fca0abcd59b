/** Tunnels that other sidecars open: limits on their number, and the sessions and proofs in them. */
@NullMarked
package dev.weft.proxy.tunnel.server;

import org.jspecify.annotations.NullMarked;
