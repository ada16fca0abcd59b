/** What the end-to-end tests stand on: the command, a mesh brought up by it, the programs of the distribution. */
@NullMarked
package dev.weft.e2e.mesh;

import org.jspecify.annotations.NullMarked;
