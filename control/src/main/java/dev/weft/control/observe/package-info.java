/** What the mesh is seen to do, as its proxies tell it: who calls whom. */
@NullMarked
package dev.weft.control.observe;

import org.jspecify.annotations.NullMarked;
