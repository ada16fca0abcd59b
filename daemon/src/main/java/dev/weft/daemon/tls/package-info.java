/** TLS between the processes of a mesh: which peers are accepted, and which rules apply to all handshakes. */
@NullMarked
package dev.weft.daemon.tls;

import org.jspecify.annotations.NullMarked;
