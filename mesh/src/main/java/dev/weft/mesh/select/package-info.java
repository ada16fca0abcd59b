/** Finds out which objects apply to which other objects, without comparing every pair. */
@NullMarked
package dev.weft.mesh.select;

import org.jspecify.annotations.NullMarked;
