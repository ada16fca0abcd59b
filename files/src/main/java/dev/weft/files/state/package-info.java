/**
 * Files of a state directory: written whole or not at all, found out when damaged, and of one process alone.
 */
@NullMarked
package dev.weft.files.state;

import org.jspecify.annotations.NullMarked;
