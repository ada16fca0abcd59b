/** TLS of the control plane: the certificates that it shows in handshakes, and its HTTPS endpoints. */
@NullMarked
package dev.weft.control.tls;

import org.jspecify.annotations.NullMarked;
