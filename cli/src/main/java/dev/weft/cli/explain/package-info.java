/**
 * Answers "may A call B, and why" from the objects of a mesh, by the code that its sidecars decide with. Knows what comes before
 * policy too: who is not meshed, and which port of which workload a Service leads to.
 */
@NullMarked
package dev.weft.cli.explain;

import org.jspecify.annotations.NullMarked;
