/**
 * Mutual TLS between two sidecars and the CONNECT streams in it: the pool on the caller's side, the listener on the other.
 */
@NullMarked
package dev.weft.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
