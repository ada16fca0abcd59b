/**
 * The fields of each kind of object, described once. File readers, API servers, editors and {@code weft schema} all use
 * this description.
 */
@NullMarked
package dev.weft.mesh.kind;

import org.jspecify.annotations.NullMarked;
