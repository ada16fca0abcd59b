/** Mutual TLS between two sidecars, which carries their sessions: what the side that opened a tunnel and the other have in common. */
@NullMarked
package dev.weft.proxy.tunnel;

import org.jspecify.annotations.NullMarked;
