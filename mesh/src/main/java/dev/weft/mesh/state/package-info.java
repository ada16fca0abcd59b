/** Persistent state, independent of where it is stored. */
@NullMarked
package dev.weft.mesh.state;

import org.jspecify.annotations.NullMarked;
