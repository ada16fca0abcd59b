/** Immutable maps: a change returns another map that shares the unchanged parts with the first. */
@NullMarked
package dev.weft.mesh.table;

import org.jspecify.annotations.NullMarked;
