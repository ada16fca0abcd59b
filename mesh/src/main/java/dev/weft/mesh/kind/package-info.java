/** What the objects of each kind may say, described once: who reads files, an API server, editors and {@code weft schema} go by it. */
@NullMarked
package dev.weft.mesh.kind;

import org.jspecify.annotations.NullMarked;
