/** Files that no other user may read, and files that are replaced atomically. */
@NullMarked
package dev.weft.daemon.files;

import org.jspecify.annotations.NullMarked;
