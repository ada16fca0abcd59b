/**
 * Answers "may A call B, and why" from the objects of a mesh, with the code that sidecars decide with. It also covers
 * what comes before policy: workloads without a sidecar, and which port of which workload a Service leads to.
 */
@NullMarked
package dev.weft.cli.explain;

import org.jspecify.annotations.NullMarked;
