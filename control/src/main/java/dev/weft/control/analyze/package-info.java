/**
 * Finds objects of a mesh that have no effect, or another one than intended: in files alone, without a mesh, or in a
 * running mesh.
 */
@NullMarked
package dev.weft.control.analyze;

import org.jspecify.annotations.NullMarked;
