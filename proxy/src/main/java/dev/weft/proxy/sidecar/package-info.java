/** Shared parts of all connections of a sidecar: state of the mesh, sockets, limits, registry of sessions. */
@NullMarked
package dev.weft.proxy.sidecar;

import org.jspecify.annotations.NullMarked;
