/** The state directory of a mesh: where it is, what is written there, and whether its owner still lives. */
@NullMarked
package dev.weft.local.state;

import org.jspecify.annotations.NullMarked;
