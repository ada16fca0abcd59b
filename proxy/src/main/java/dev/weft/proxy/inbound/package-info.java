/**
 * Inbound connections that arrive without a tunnel: they are refused, judged as an unauthenticated peer, or let through
 * as a probe.
 */
@NullMarked
package dev.weft.proxy.inbound;

import org.jspecify.annotations.NullMarked;
