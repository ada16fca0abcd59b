/** Compiles the objects of the mesh into the configuration of its proxies. */
@NullMarked
package dev.weft.control.compile;

import org.jspecify.annotations.NullMarked;
