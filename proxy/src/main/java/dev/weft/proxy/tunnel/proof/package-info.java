/** What the two sides of a tunnel have proven to each other, in its handshake and again since, and whether it still counts. */
@NullMarked
package dev.weft.proxy.tunnel.proof;

import org.jspecify.annotations.NullMarked;
