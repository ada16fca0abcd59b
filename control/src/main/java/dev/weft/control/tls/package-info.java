/**
 * What a listener of the control plane shows of itself in a TLS handshake.
 */
@NullMarked
package dev.weft.control.tls;

import org.jspecify.annotations.NullMarked;
