/** Finding what a command is about: the mesh that was meant, the workload that was meant, and what its sidecar says. */
@NullMarked
package dev.weft.cli.mesh;

import org.jspecify.annotations.NullMarked;
