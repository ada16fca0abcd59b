/**
 * Connections that arrive without a tunnel: refused, judged as an unauthenticated peer, or a probe.
 */
@NullMarked
package dev.weft.proxy.inbound;

import org.jspecify.annotations.NullMarked;
