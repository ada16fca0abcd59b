/** Programs that a user of the mesh might have, on libraries that know nothing of it. */
@NullMarked
package dev.weft.interop;

import org.jspecify.annotations.NullMarked;
