/**
 * The process inside a mesh's namespaces. It creates the pods, starts and restarts their programs, and follows the mesh
 * file.
 */
@NullMarked
package dev.weft.local.supervisor;

import org.jspecify.annotations.NullMarked;
