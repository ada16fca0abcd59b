/** What the objects of the mesh mean to its proxies. */
@NullMarked
package dev.weft.control.compile;

import org.jspecify.annotations.NullMarked;
