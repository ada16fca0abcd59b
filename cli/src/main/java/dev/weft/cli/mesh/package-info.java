/** Finds what a command is about: the mesh and the workload that are meant, and what the workload's sidecar reports. */
@NullMarked
package dev.weft.cli.mesh;

import org.jspecify.annotations.NullMarked;
