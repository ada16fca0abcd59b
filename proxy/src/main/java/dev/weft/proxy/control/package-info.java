/**
 * The proxy's client of the control plane: gRPC, without grpc-java, on the tunnels' own HTTP/2 codec. One call gets a
 * certificate; one stream carries the state of the mesh, and is resumed when it breaks.
 */
@NullMarked
package dev.weft.proxy.control;

import org.jspecify.annotations.NullMarked;
