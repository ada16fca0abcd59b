/** Files that no one else may read, and files that are replaced whole or not at all. */
@NullMarked
package dev.weft.daemon.files;

import org.jspecify.annotations.NullMarked;
