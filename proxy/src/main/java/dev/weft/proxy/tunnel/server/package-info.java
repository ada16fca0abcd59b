/** Tunnels that other sidecars open: who may have how many, and the sessions and proofs that come in them. */
@NullMarked
package dev.weft.proxy.tunnel.server;

import org.jspecify.annotations.NullMarked;
