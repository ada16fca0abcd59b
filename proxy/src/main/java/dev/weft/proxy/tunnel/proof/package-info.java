/**
 * The proofs of identity between the two sides of a tunnel, in its handshake and later, and whether they are still
 * valid.
 */
@NullMarked
package dev.weft.proxy.tunnel.proof;

import org.jspecify.annotations.NullMarked;
