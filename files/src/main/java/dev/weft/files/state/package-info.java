/** Files of a state directory: written atomically, checked for damage, and used by one process only. */
@NullMarked
package dev.weft.files.state;

import org.jspecify.annotations.NullMarked;
