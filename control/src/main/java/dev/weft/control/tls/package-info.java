/**
 * What the control plane shows of itself in a TLS handshake, and how it checks servers that it calls.
 */
@NullMarked
package dev.weft.control.tls;

import org.jspecify.annotations.NullMarked;
