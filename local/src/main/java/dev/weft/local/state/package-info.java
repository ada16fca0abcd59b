/** The state directory of a mesh: its location, its files, and whether the process that owns it still runs. */
@NullMarked
package dev.weft.local.state;

import org.jspecify.annotations.NullMarked;
