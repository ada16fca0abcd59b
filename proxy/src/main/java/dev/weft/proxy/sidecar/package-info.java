/** What all connections of a sidecar share: the state of the mesh, the sockets, the limits, the registry of sessions. */
@NullMarked
package dev.weft.proxy.sidecar;

import org.jspecify.annotations.NullMarked;
