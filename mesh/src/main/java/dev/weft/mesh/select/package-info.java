/**
 * Which objects concern which others, found without comparing each with each.
 */
@NullMarked
package dev.weft.mesh.select;

import org.jspecify.annotations.NullMarked;
