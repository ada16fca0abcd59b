/**
 * The proxy's side of the contract with the control plane: gRPC, without grpc-java, on the tunnels' own HTTP/2 codec.
 * One call certifies; one stream tells what the mesh is like, and is taken up again when it breaks.
 */
@NullMarked
package dev.weft.proxy.control;

import org.jspecify.annotations.NullMarked;
