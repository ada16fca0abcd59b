/**
 * State that must last, wherever it is kept.
 */
@NullMarked
package dev.weft.mesh.state;

import org.jspecify.annotations.NullMarked;
