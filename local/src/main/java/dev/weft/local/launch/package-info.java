/** Bringing a mesh up and down from the host: what must be there first, the namespaces, and leaving nothing behind. */
@NullMarked
package dev.weft.local.launch;

import org.jspecify.annotations.NullMarked;
