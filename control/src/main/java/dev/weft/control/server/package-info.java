/**
 * The gRPC listener: mutual TLS with the control plane's own SVID, who the caller is, limits.
 */
@NullMarked
package dev.weft.control.server;

import org.jspecify.annotations.NullMarked;
