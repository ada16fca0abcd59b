/** Maps that are handed over as they are: a change makes another, which shares the rest with the first. */
@NullMarked
package dev.weft.mesh.table;

import org.jspecify.annotations.NullMarked;
