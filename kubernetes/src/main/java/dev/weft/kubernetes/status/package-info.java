/**
 * Writes what the mesh knows of objects to these objects: the status of Weft's kinds and of routes, and Events on pods
 * without their sidecar.
 */
@NullMarked
package dev.weft.kubernetes.status;

import org.jspecify.annotations.NullMarked;
