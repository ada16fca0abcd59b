/** The gRPC listener: mutual TLS with the control plane's own SVID, and limits. */
@NullMarked
package dev.weft.control.server;

import org.jspecify.annotations.NullMarked;
