/** The process inside a mesh's namespaces that makes the pods, starts and restarts what runs in them, and follows the file. */
@NullMarked
package dev.weft.local.supervisor;

import org.jspecify.annotations.NullMarked;
