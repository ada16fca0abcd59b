/**
 * What the workload knows of the mesh, as immutable snapshots that the control plane's answers replace.
 */
@NullMarked
package dev.weft.proxy.mesh;

import org.jspecify.annotations.NullMarked;
