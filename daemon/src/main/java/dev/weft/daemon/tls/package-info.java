/** TLS between the processes of a mesh: who is let through a handshake, and by which rules it is held. */
@NullMarked
package dev.weft.daemon.tls;

import org.jspecify.annotations.NullMarked;
