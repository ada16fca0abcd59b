/** Mutual TLS between two sidecars, which carries their sessions: the shared parts of both sides of a tunnel. */
@NullMarked
package dev.weft.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
